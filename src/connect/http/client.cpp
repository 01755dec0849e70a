#include "holdfast/connect/http/client.hpp"

#include "connect/http/exchange.hpp"
#include "connect/http/verdict.hpp"
#include "holdfast/connect/http/url.hpp"
#include "holdfast/version.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <new>
#include <stop_token>
#include <utility>

#include <curl/curl.h>

namespace holdfast::http {
namespace {

using std::chrono::milliseconds;

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
struct list_deleter {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using header_list = std::unique_ptr<curl_slist, list_deleter>;

instant now() { return std::chrono::steady_clock::now(); }

std::int64_t wall_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())
      .time_since_epoch()
      .count();
}

/// At least 1: libcurl takes 0 for "no limit".
long at_least_one_ms(duration span) {
  auto const count = std::chrono::ceil<milliseconds>(span).count();
  return static_cast<long>(std::clamp<std::int64_t>(count, 1, 1'000'000'000));
}

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* into) {
  bool const go_on = static_cast<exchange*>(into)->take_header_line({bytes, size * count});
  return go_on ? size * count : 0;
}

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* into) {
  bool const go_on = static_cast<exchange*>(into)->take_body({bytes, size * count});
  return go_on ? size * count : 0;
}

header_list listed(std::vector<header> const& headers) {
  header_list list;
  for (auto const& field : headers) {
    // An empty value must be written with a semicolon, or libcurl leaves the field out.
    std::string const line =
        field.value.empty() ? field.name + ";" : field.name + ": " + field.value;
    curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc{};
    static_cast<void>(list.release());
    list.reset(longer);
  }
  return list;
}

void set_method(CURL* easy, request const& wanted) {
  if (wanted.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (!wanted.body.empty() || wanted.method == "POST") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(wanted.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, wanted.body.data());  // not copied
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, wanted.method.c_str());
}

void set_redirects(CURL* easy, request const& wanted, limits const& bounds) {
  bool const may_follow = wanted.method == "GET" || wanted.method == "HEAD";
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, may_follow && bounds.max_redirects > 0 ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, static_cast<long>(bounds.max_redirects));
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR,
                   is_https_url(wanted.url) ? "https" : "http,https");
}

void set_times(CURL* easy, request const& wanted, limits const& bounds) {
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, at_least_one_ms(bounds.connect_timeout));
  if (wanted.deadline != never_reached) {
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, at_least_one_ms(elapsed(now(), wanted.deadline)));
  }
  if (!is_off(bounds.stall_timeout)) {
    auto const seconds = std::chrono::ceil<std::chrono::seconds>(bounds.stall_timeout).count();
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(seconds));
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(bounds.least_speed.value));
  }
}

void set_up(CURL* easy, request const& wanted, exchange& into, char* message) {
  static std::string const agent = "holdfast/" + std::string{version_text};
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt(easy, CURLOPT_URL, wanted.url.c_str());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, agent.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a stop does not wait for a name server
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &into);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &into);
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, is_repeatable(wanted) ? 0L : 1L);
  if (is_loopback(wanted.url)) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  set_method(easy, wanted);
  set_redirects(easy, wanted, into.bounds());
  set_times(easy, wanted, into.bounds());
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

client::client(limits const& bounds) : limits_{bounds} {
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
  exchange seen{limits_};
  ending how{.timed_out = started >= wanted.deadline};
  std::array<char, CURL_ERROR_SIZE> message{};
  CURL* const easy = handles_->easy.get();
  curl_easy_reset(easy);
  set_up(easy, wanted, seen, message.data());
  header_list const headers = listed(wanted.headers);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  if (!how.timed_out) {
    attachment const attached{handles_->multi.get(), easy};
    drive(handles_->multi.get(), wanted, how);
    how.request_sent = info_of<long>(easy, CURLINFO_REQUEST_SIZE, 0) > 0;
    seen.answer().content_type = text_of(easy, CURLINFO_CONTENT_TYPE);
    seen.answer().effective_url = text_of(easy, CURLINFO_EFFECTIVE_URL);
  }
  how.message = message.data();
  how.wall_now = wall_seconds();
  if (auto const why = verdict_on(seen, how, wanted)) return unexpected(*why);
  seen.answer().duration = now() - started;
  return std::move(seen.answer());
}

}  // namespace holdfast::http
