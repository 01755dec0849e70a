#include "connect/http/errand.hpp"

#include "holdfast/classify/throttling.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace holdfast::http {
namespace {

instant now() { return std::chrono::steady_clock::now(); }

std::int64_t wall_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())
      .time_since_epoch()
      .count();
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

void add_what_libcurl_knows(response& answer, CURL* easy) {
  answer.content_type = text_of(easy, CURLINFO_CONTENT_TYPE);
  answer.effective_url = text_of(easy, CURLINFO_EFFECTIVE_URL);
  if (auto const told = find_header(answer.headers, "X-Throttling-Control")) {
    answer.throttling = parse_throttling_control(*told);
  }
}

}  // namespace

errand::errand(request const& wanted, limits const& bounds, trust const& whom)
    : wanted_{&wanted},
      bounds_{&bounds},
      whom_{&whom},
      started_{now()},
      led_{wanted, bounds.max_redirects},
      seen_{bounds} {}

void errand::begin(CURL* easy) {
  message_ = {};
  seen_ = exchange{*bounds_};
  running_ = {easy, &seen_};
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, message_.data());
  fields_ = set_up(easy, *wanted_, led_, *whom_, running_);
}

/// What only libcurl can tell of an exchange that has run.
void errand::look_closer(ending& how) {
  how.message = message_.data();
  // The size alone would count what a proxy was told to CONNECT.
  how.request_sent = running_.ready && info_of<long>(running_.easy, CURLINFO_REQUEST_SIZE, 0) > 0;
  how.proxy_status = static_cast<int>(info_of<long>(running_.easy, CURLINFO_HTTP_CONNECTCODE, 0));
  if (how.is_whole() && !seen_.has_all_headers()) {
    // To libcurl a hang-up within the headers is the end of an empty body.
    how.curl_code = CURLE_PARTIAL_FILE;
    how.message = "hung up within the headers";
  }
  if (how.is_whole()) seen_.finish();
}

std::optional<expected<response, failure>> errand::end(ending how) {
  CURL* const easy = running_.easy;
  if (easy != nullptr) look_closer(how);
  running_.easy = nullptr;
  sent_ = sent_ || how.request_sent;
  how.request_sent = sent_;
  how.led = how.is_whole() ? led_.on_answer(seen_.answer()) : way::arrived;
  if (how.led == way::further) {
    seen_ = exchange{*bounds_};
    return std::nullopt;
  }
  how.wall_now = wall_seconds();
  if (easy != nullptr) add_what_libcurl_knows(seen_.answer(), easy);
  if (auto const why = verdict_on(seen_, how, *wanted_)) {
    if (wanted_->context != nullptr) wanted_->context->how_far = how_far(how);
    return unexpected(*why);
  }
  seen_.answer().duration = elapsed(started_, now());
  return std::move(seen_.answer());
}

}  // namespace holdfast::http
