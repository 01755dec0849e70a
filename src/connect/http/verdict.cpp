#include "connect/http/verdict.hpp"

#include "holdfast/classify/curl.hpp"
#include "holdfast/classify/http.hpp"
#include "holdfast/classify/retry_after.hpp"
#include "holdfast/connect/http/url.hpp"

#include <string>

namespace holdfast::http {
namespace {

// libcurl's numbers, by their names in libcurl-errors(3).
constexpr int unsupported_protocol = 1;
constexpr int url_malformat = 3;
constexpr int weird_server_reply = 8;
constexpr int write_error = 23;
constexpr int operation_timedout = 28;
constexpr int bad_function_argument = 43;
constexpr int bad_content_encoding = 61;
constexpr int filesize_exceeded = 63;

/// "GET https://host/path: what happened"; what happened comes first, since texts are cut at the
/// end.
std::string text_about(std::string_view what, request const& wanted) {
  return std::string{what} + " (" + wanted.method + " " + redacted_url(wanted.url) + ")";
}

failure cancelled(request const& wanted) {
  failure seen;
  seen.category = category::cancelled;
  seen.severity = severity::low;
  seen.fault = fault::nobody;
  seen.advice = advice::never;
  seen.text = std::string_view{text_about("stopped by the caller", wanted)};
  return seen;
}

failure broken_bounds(exchange const& seen, request const& wanted) {
  std::string const what =
      seen.broken() == broken_limit::body
          ? "the answer is larger than the limit of " + to_text(seen.bounds().max_body)
          : "the headers of the answer are larger than the limit of " +
                to_text(seen.bounds().max_headers);
  return classify_curl(filesize_exceeded, phase::sent, text_about(what, wanted));
}

failure bad_status(exchange const& seen, ending const& how, request const& wanted) {
  std::optional<duration> wait;
  if (auto const value = find_header(seen.answer().headers, "Retry-After")) {
    wait = parse_retry_after(*value, how.wall_now);
  }
  std::string_view const phrase = http_status_phrase(seen.answer().status);
  return classify_http(seen.answer().status, wait,
                       text_about(phrase.empty() ? "unlisted status" : phrase, wanted));
}

/// libcurl's number for what broke, put right where it blames the wrong side.
int code_of(exchange const& seen, ending const& how) {
  // An answer without a status line is HTTP/0.9 to libcurl; in truth it is rubbish.
  bool const no_status_line = how.request_sent && seen.answer().status == 0;
  if (how.curl_code == unsupported_protocol && no_status_line) return weird_server_reply;
  // We write nothing: what our callbacks refused was judged before, so a decoder gave up, as it
  // does over bytes behind the end of a gzip stream.
  if (how.curl_code == write_error) return bad_content_encoding;
  return how.curl_code;
}

failure broken_transfer(exchange const& seen, ending const& how, request const& wanted) {
  int const code = code_of(seen, how);
  bool const own_words = !how.message.empty() && how.curl_code != write_error;
  std::string_view const what = own_words ? how.message : curl_code_name(code);
  return classify_curl(code, how.request_sent ? phase::sent : phase::not_sent,
                       text_about(what, wanted));
}

failure judged(exchange const& seen, ending const& how, request const& wanted) {
  if (how.stopped) return cancelled(wanted);
  if (seen.answer().status >= 400) return bad_status(seen, how, wanted);  // also if its body broke
  if (seen.broken() != broken_limit::none) return broken_bounds(seen, wanted);
  if (how.timed_out) {
    return classify_curl(operation_timedout, how.request_sent ? phase::sent : phase::not_sent,
                         text_about("no whole answer before the deadline", wanted));
  }
  if (how.curl_code != 0) return broken_transfer(seen, how, wanted);
  return bad_status(seen, how, wanted);
}

}  // namespace

bool is_repeatable(request const& wanted) {
  switch (wanted.repeatable) {
    case repeatable::yes: return true;
    case repeatable::no: return false;
    case repeatable::by_method: break;
  }
  return is_idempotent_method(wanted.method);
}

std::optional<failure> verdict_on(exchange const& seen, ending const& how, request const& wanted) {
  bool const whole =
      how.curl_code == 0 && !how.stopped && !how.timed_out && seen.broken() == broken_limit::none;
  if (whole && seen.is_success()) return std::nullopt;
  failure verdict = judged(seen, how, wanted);
  if (verdict.advice == advice::if_idempotent && is_repeatable(wanted)) {
    verdict.advice = verdict.retry_after ? advice::after_wait : advice::after_backoff;
  }
  return verdict;
}

std::optional<failure> refusal_of(request const& wanted) {
  if (!is_http_url(wanted.url)) {
    return classify_curl(url_malformat, phase::not_sent, "the URL is no absolute http(s) URL");
  }
  if (!is_sendable({wanted.method, ""})) {
    return classify_curl(bad_function_argument, phase::not_sent, "the method is no token");
  }
  for (auto const& field : wanted.headers) {
    if (!is_sendable(field)) {
      return classify_curl(bad_function_argument, phase::not_sent,
                           "a header has a name that is no token, or a line break in its value");
    }
  }
  if (wanted.stop.stop_requested()) return cancelled(wanted);
  return std::nullopt;
}

}  // namespace holdfast::http
