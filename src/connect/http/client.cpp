#include "holdfast/connect/http/client.hpp"

#include "connect/http/exchange.hpp"
#include "connect/http/route.hpp"
#include "connect/http/verdict.hpp"
#include "holdfast/classify/throttling.hpp"
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

/// One exchange as libcurl's callbacks see it.
struct conversation {
  CURL* easy;
  exchange* into;
  bool ready = false;  // the connection stands, and the request is about to be sent
};

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* with) {
  auto const& running = *static_cast<conversation*>(with);
  bool const go_on = running.into->take_header_line({bytes, size * count});
  bool const spoilt = spoils_connection(running.into->answer().status);
  if (spoilt) curl_easy_setopt(running.easy, CURLOPT_FORBID_REUSE, 1L);
  return go_on ? size * count : 0;
}

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* with) {
  bool const go_on = static_cast<conversation*>(with)->into->take_body({bytes, size * count});
  return go_on ? size * count : 0;
}

int on_ready(void* with, char* /*remote*/, char* /*local*/, int /*remote_port*/,
             int /*local_port*/) {
  static_cast<conversation*>(with)->ready = true;
  return CURL_PREREQFUNC_OK;
}

void append(header_list& list, std::string const& line) {
  curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc{};
  static_cast<void>(list.release());
  list.reset(longer);
}

header_list listed(std::vector<header> const& fields) {
  header_list list;
  for (auto const& field : fields) {
    // An empty value must be written with a semicolon, or libcurl leaves the field out.
    append(list, field.value.empty() ? field.name + ";" : field.name + ": " + field.value);
  }
  return list;
}

void set_method(CURL* easy, request const& wanted) {
  if (wanted.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  bool const brings_a_body =
      wanted.method == "POST" || wanted.method == "PUT" || wanted.method == "PATCH";
  if (!wanted.body.empty() || brings_a_body) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(wanted.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, wanted.body.data());  // not copied
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, wanted.method.c_str());
}

/// The fields to send, and what keeps libcurl from adding some of its own.
header_list fields_of(route const& led) {
  auto const fields = led.headers();
  header_list list = listed(fields);
  // Bodies are no web forms unless somebody says so.
  if (!find_header(fields, "Content-Type")) append(list, "Content-Type:");
  // A part of a packed body could not be unpacked.
  bool const whole = !find_header(fields, "Range");
  if (whole && !find_header(fields, "Accept-Encoding")) append(list, "Accept-Encoding: gzip");
  return list;
}

void set_security(CURL* easy, trust const& whom) {
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);  // `route` does
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (whom.ca_file.empty()) return;
  curl_easy_setopt(easy, CURLOPT_CAINFO, whom.ca_file.c_str());
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
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

void set_callbacks(CURL* easy, conversation& running) {
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &running);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &running);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &on_ready);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, &running);
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

void set_request(CURL* easy, request const& wanted, std::string const& url) {
  static std::string const agent = "holdfast/" + std::string{version_text};
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, agent.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a stop does not wait for a name server
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, is_repeatable(wanted) ? 0L : 1L);
  if (is_loopback(url)) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  set_method(easy, wanted);
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
  set_callbacks(easy, running);
  set_security(easy, with.whom);
  set_request(easy, wanted, led.url());
  set_times(easy, wanted, seen.bounds());
  header_list const fields = fields_of(led);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields.get());
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
