#include "holdfast/connect/http/client.hpp"

#include "connect/http/exchange.hpp"
#include "connect/http/route.hpp"
#include "connect/http/setup.hpp"
#include "connect/http/verdict.hpp"
#include "holdfast/classify/throttling.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <new>
#include <stop_token>
#include <utility>

#include <curl/curl.h>

namespace holdfast::http {
namespace {

void initialise_libcurl() {
  static CURLcode const initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) throw std::bad_alloc{};
}

struct easy_deleter {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct multi_deleter {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};

instant now() { return std::chrono::steady_clock::now(); }

std::int64_t wall_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())
      .time_since_epoch()
      .count();
}

/// Adds an easy handle to a multi handle for the time of one exchange.
class attachment {
 public:
  attachment(CURLM* multi, CURL* easy) : multi_{multi}, easy_{easy} {
    curl_multi_add_handle(multi_, easy_);
  }
  attachment(attachment const&) = delete;
  attachment& operator=(attachment const&) = delete;
  ~attachment() { curl_multi_remove_handle(multi_, easy_); }

 private:
  CURLM* multi_;
  CURL* easy_;
};

/// The result of the one exchange on a multi handle; CURLE_OK is no answer while it runs.
CURLcode result_on(CURLM* multi) {
  int queued = 0;
  while (CURLMsg const* message = curl_multi_info_read(multi, &queued)) {
    if (message->msg == CURLMSG_DONE) return message->data.result;
  }
  return CURLE_ABORTED_BY_CALLBACK;
}

/// Drives the exchange to its end, the deadline or the caller's stop, whichever comes first.
void drive(CURLM* multi, request const& wanted, ending& how) {
  constexpr duration longest_poll = std::chrono::seconds{1};
  std::stop_callback const wake{wanted.stop, [multi] { curl_multi_wakeup(multi); }};
  for (int running = 1;;) {
    if (curl_multi_perform(multi, &running) != CURLM_OK) {
      how.curl_code = CURLE_UNRECOVERABLE_POLL;
      return;
    }
    if (running == 0) break;
    how.stopped = wanted.stop.stop_requested();
    how.timed_out = now() >= wanted.deadline;
    if (how.stopped || how.timed_out) return;
    duration const patience = std::min(longest_poll, elapsed(now(), wanted.deadline));
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(at_least_one_ms(patience)), nullptr);
  }
  how.curl_code = result_on(multi);
}

template <class Value>
Value info_of(CURL* easy, CURLINFO what, Value absent) {
  Value value = absent;
  curl_easy_getinfo(easy, what, &value);
  return value;
}

std::string text_of(CURL* easy, CURLINFO what) {
  char const* const text = info_of<char const*>(easy, what, nullptr);
  return text == nullptr ? std::string{} : std::string{text};
}

}  // namespace

struct client::handles {
  // In this order: the easy handle must go before the multi handle that keeps its connections.
  std::unique_ptr<CURLM, multi_deleter> multi{curl_multi_init()};
  std::unique_ptr<CURL, easy_deleter> easy{curl_easy_init()};
};

namespace {

using message_text = std::array<char, CURL_ERROR_SIZE>;

/// What one request works with.
struct setting {
  CURLM* multi;
  CURL* easy;
  trust const& whom;
  message_text message{};
};

/// One request to one URL, and its answer.
ending exchanged(setting& with, request const& wanted, route const& led, exchange& seen) {
  with.message = {};
  ending how{.message = with.message.data(), .timed_out = now() >= wanted.deadline};
  if (how.timed_out) return how;
  CURL* const easy = with.easy;
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, with.message.data());
  conversation running{easy, &seen};
  header_list const fields = set_up(easy, wanted, led, with.whom, running);
  attachment const attached{with.multi, easy};
  drive(with.multi, wanted, how);
  how.message = with.message.data();
  // The size alone would count what a proxy was told to CONNECT.
  how.request_sent = running.ready && info_of<long>(easy, CURLINFO_REQUEST_SIZE, 0) > 0;
  how.proxy_status = static_cast<int>(info_of<long>(easy, CURLINFO_HTTP_CONNECTCODE, 0));
  if (how.is_whole() && !seen.has_all_headers()) {
    // To libcurl a hang-up within the headers is the end of an empty body.
    how.curl_code = CURLE_PARTIAL_FILE;
    how.message = "hung up within the headers";
  }
  if (how.is_whole()) seen.finish();
  return how;
}

void add_what_libcurl_knows(response& answer, CURL* easy) {
  answer.content_type = text_of(easy, CURLINFO_CONTENT_TYPE);
  answer.effective_url = text_of(easy, CURLINFO_EFFECTIVE_URL);
  if (auto const told = find_header(answer.headers, "X-Throttling-Control")) {
    answer.throttling = parse_throttling_control(*told);
  }
}

}  // namespace

client::client(limits const& bounds, trust whom) : limits_{bounds}, trust_{std::move(whom)} {
  initialise_libcurl();
  handles_ = std::make_unique<handles>();
  if (!handles_->multi || !handles_->easy) throw std::bad_alloc{};
}

client::client(client&& other) noexcept = default;
client& client::operator=(client&& other) noexcept = default;
client::~client() = default;

expected<response, failure> client::send(request const& wanted) {
  if (auto const refused = refusal_of(wanted)) return unexpected(*refused);
  instant const started = now();
  setting with{handles_->multi.get(), handles_->easy.get(), trust_};
  route led{wanted, limits_.max_redirects};
  for (bool sent = false;;) {
    exchange seen{limits_};
    ending how = exchanged(with, wanted, led, seen);
    sent = sent || how.request_sent;
    how.request_sent = sent;
    how.led = how.is_whole() ? led.on_answer(seen.answer()) : way::arrived;
    if (how.led == way::further) continue;
    how.wall_now = wall_seconds();
    add_what_libcurl_knows(seen.answer(), with.easy);
    if (auto const why = verdict_on(seen, how, wanted)) {
      if (wanted.context != nullptr) wanted.context->how_far = how_far(how);
      return unexpected(*why);
    }
    seen.answer().duration = now() - started;
    return std::move(seen.answer());
  }
}

expected<response, failure> client::send(request wanted, attempt const& now) {
  return send(std::move(wanted).within(now));
}

expected<response, failure> client::get(std::string url, attempt const& now) {
  return send(request{.url = std::move(url)}, now);
}

}  // namespace holdfast::http
