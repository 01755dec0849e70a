// A guard around the easy interface of libcurl: the deadline is handed over, and how far the
// request had come decides whether a second one is safe.

#include <holdfast/holdfast.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include <curl/curl.h>

namespace {

struct cleaned_up {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
using easy_handle = std::unique_ptr<CURL, cleaned_up>;

std::size_t append(char const* bytes, std::size_t, std::size_t count, void* into) {
  static_cast<std::string*>(into)->append(bytes, count);
  return count;
}

/// Milliseconds for CURLOPT_TIMEOUT_MS, of which 0 would mean for ever.
long time_left(holdfast::attempt const& now) {
  using std::chrono::milliseconds;
  auto const left = holdfast::elapsed(std::chrono::steady_clock::now(), now.deadline());
  return std::clamp(std::chrono::ceil<milliseconds>(left), milliseconds{1},
                    milliseconds{std::chrono::hours{1}})
      .count();
}

/// libcurl notes when it was about to send the request: until then nothing had left.
holdfast::phase phase_of(CURL* easy) {
  curl_off_t began = 0;
  curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &began);
  return began > 0 ? holdfast::phase::sent : holdfast::phase::not_sent;
}

holdfast::failure failure_of_status(CURL* easy, long status) {
  std::optional<holdfast::duration> wait;
  curl_off_t seconds = 0;  // of Retry-After, also where it was a date
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
  if (seconds > 0) {
    constexpr auto most = std::chrono::floor<std::chrono::seconds>(holdfast::longest_retry_after);
    wait =
        std::min<holdfast::duration>(std::chrono::seconds{std::min(seconds, most.count())}, most);
  }
  return holdfast::classify_http(static_cast<int>(status), wait);
}

holdfast::expected<std::string, holdfast::failure> get(CURL* easy, char const* url,
                                                       holdfast::attempt const& now) {
  std::string body;
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, time_left(now));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "127.0.0.1");
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &append);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &body);
  if (CURLcode const code = curl_easy_perform(easy); code != CURLE_OK) {
    if (auto* const context = now.context()) context->how_far = phase_of(easy);
    return holdfast::unexpected{
        holdfast::classify_curl(code, phase_of(easy), curl_easy_strerror(code))};
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 300) return holdfast::unexpected{failure_of_status(easy, status)};
  return body;
}

}  // namespace

int main() {
  using namespace std::chrono_literals;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  easy_handle const easy{curl_easy_init()};
  holdfast::guard const rates{"rates", holdfast::retry{.initial_delay = 10ms, .idempotent = true},
                              holdfast::breaker{}, holdfast::attempt_timeout{2s}};

  holdfast::story story;
  auto const answer = rates.with({.story = &story})([&](holdfast::attempt const& now) {
    return get(easy.get(), "http://127.0.0.1:1/rates.json?token=tr0ub4dor", now);
  });

  std::printf("attempts: %d\n", story.attempts);
  std::printf("%s\n", answer ? answer->c_str() : describe(answer.error()).c_str());
}
