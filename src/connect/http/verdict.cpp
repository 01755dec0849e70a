#include "connect/http/verdict.hpp"

#include "holdfast/classify/curl.hpp"
#include "holdfast/classify/http.hpp"
#include "holdfast/classify/idempotency_key.hpp"
#include "holdfast/classify/retry_after.hpp"
#include "holdfast/connect/http/url.hpp"
#include "holdfast/redact/redact.hpp"

#include <algorithm>
#include <string>

namespace holdfast::http {
namespace {

// libcurl's numbers, by their names in libcurl-errors(3).
constexpr int unsupported_protocol = 1;
constexpr int url_malformat = 3;
constexpr int weird_server_reply = 8;
constexpr int out_of_memory = 27;
constexpr int operation_timedout = 28;
constexpr int bad_function_argument = 43;
constexpr int too_many_redirects = 47;
constexpr int bad_content_encoding = 61;
constexpr int filesize_exceeded = 63;

/// "what happened (GET https://host/path)": what happened comes first, since texts are cut at the
/// end; and they are redacted before, since half a secret is not known for one.
std::string text_about(std::string_view what, request const& wanted) {
  return redacted(std::string{what} + " (" + wanted.method + " " + redacted_url(wanted.url) + ")");
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

/// Of an answer whose rest was not wanted.
failure flawed(flaw what, exchange const& seen, request const& wanted) {
  auto const broken = [&wanted](int code, std::string const& text) {
    return classify_curl(code, phase::sent, text_about(text, wanted));
  };
  limits const& bounds = seen.bounds();
  switch (what) {
    case flaw::body_too_large:
      return broken(filesize_exceeded,
                    "the answer is larger than the limit of " + to_text(bounds.max_body));
    case flaw::headers_too_large:
      return broken(filesize_exceeded, "the headers of the answer are larger than the limit of " +
                                           to_text(bounds.max_headers));
    case flaw::encoding:
      return broken(bad_content_encoding, "the body is not what its Content-Encoding says, or cut");
    case flaw::no_memory:
    case flaw::none: break;
  }
  return broken(out_of_memory, "no memory for the answer");
}

/// What the server said about the way back: when, how near its limits, and what a key makes of it.
failure bad_status(exchange const& seen, ending const& how, request const& wanted) {
  std::optional<duration> wait;
  if (auto const value = find_header(seen.answer().headers, "Retry-After")) {
    wait = parse_retry_after(*value, how.wall_now);
  }
  std::string_view const phrase = http_status_phrase(seen.answer().status);
  failure const judged = classify_http(
      seen.answer().status, wait, text_about(phrase.empty() ? "unlisted status" : phrase, wanted));
  auto const& told = seen.answer().throttling;
  return told ? with_throttling(judged, *told) : judged;
}

/// A proxy refused to connect us, so that the server has seen nothing.
failure refused_by_proxy(ending const& how, request const& wanted) {
  std::string const what =
      "the proxy says " + std::string{http_status_phrase(how.proxy_status)} + " to CONNECT";
  failure seen = classify_http(how.proxy_status, std::nullopt, text_about(what, wanted));
  if (seen.advice == advice::if_idempotent) seen.advice = advice::after_backoff;
  return seen;
}

/// Of a redirect that is not followed. The server leads nowhere: that is its fault.
failure misled(way led, request const& wanted) {
  bool const too_far = led == way::too_far;
  failure seen = classify_curl(too_far ? too_many_redirects : unsupported_protocol, phase::sent,
                               text_about(too_far ? "more redirects than the limit"
                                                  : "redirected to where no request may go",
                                          wanted));
  seen.fault = fault::dependency;
  return seen;
}

failure broken_transfer(exchange const& seen, ending const& how, request const& wanted) {
  // An answer without a status line is HTTP/0.9 to libcurl; in truth it is rubbish.
  bool const rubbish =
      how.curl_code == unsupported_protocol && how.request_sent && seen.answer().status == 0;
  int const code = rubbish ? weird_server_reply : how.curl_code;
  std::string_view const what = how.message.empty() ? curl_code_name(code) : how.message;
  return classify_curl(code, how_far(how), text_about(what, wanted));
}

/// The flaw of an answer. libcurl calls a header line of more than 100 KB a lack of memory.
flaw flaw_of(exchange const& seen, ending const& how) {
  bool const in_headers = seen.answer().status > 0 && !seen.has_all_headers();
  if (how.curl_code == out_of_memory && in_headers) return flaw::headers_too_large;
  return seen.flaw();
}

failure judged(exchange const& seen, ending const& how, request const& wanted) {
  if (how.stopped) return cancelled(wanted);
  if (seen.answer().status >= 400) return bad_status(seen, how, wanted);  // also if its body broke
  if (flaw const what = flaw_of(seen, how); what != flaw::none) return flawed(what, seen, wanted);
  if (how.timed_out) {
    return classify_curl(operation_timedout, how_far(how),
                         text_about("no whole answer before the deadline", wanted));
  }
  bool const at_the_proxy = how.curl_code != 0 && how.proxy_status >= 300;
  if (at_the_proxy && seen.answer().status == 0) return refused_by_proxy(how, wanted);
  if (how.curl_code != 0) return broken_transfer(seen, how, wanted);
  if (how.led != way::arrived) return misled(how.led, wanted);
  return bad_status(seen, how, wanted);
}

bool has_key(request const& wanted) {
  return std::ranges::any_of(
      wanted.headers, [](header const& each) { return is_idempotency_key(each.name, each.value); });
}

/// 304 answers a condition; without one it says nothing that anybody could use.
bool is_good_status(exchange const& seen, request const& wanted) {
  bool const conditional = find_header(wanted.headers, "If-None-Match") ||
                           find_header(wanted.headers, "If-Modified-Since");
  return seen.is_success() || (conditional && seen.answer().status == 304);
}

/// What is wrong with a whole answer of a good status, by what was expected of it.
std::optional<failure> unexpected_content(exchange& seen, request const& wanted) {
  response& answer = seen.answer();
  http_answer const shown{answer.status, answer.content_type, answer.body};
  std::optional<failure> found;
  bool const has_body = wanted.method != "HEAD";
  if (has_body && wanted.expects == expects::json) found = classify_not_json(shown);
  if (!found && wanted.judge != nullptr) {
    answer_verdict const made = wanted.judge(shown);
    answer.extent = made.extent;
    answer.missing = made.missing;
    found = failure_in(made);
  }
  if (found) found->text = std::string_view{text_about(found->text, wanted)};
  return found;
}

/// Whether the server said that it did not carry out the request.
bool says_not_carried_out(exchange const& seen) {
  int const status = seen.answer().status;
  return status == 421 || status == 425 || status == 429;
}

/// A failure in the light of what a second sending would do.
failure with_repeatability(failure seen, request const& wanted) {
  bool const keyed = has_key(wanted) && wanted.repeatable != repeatable::no;
  if (keyed) seen = with_idempotency_key(seen);
  if (seen.advice == advice::if_idempotent && is_repeatable(wanted)) {
    seen.advice = seen.retry_after ? advice::after_wait : advice::after_backoff;
  }
  return seen;
}

/// Of a request of which its sender says that it must not be sent twice.
failure not_repeated(failure seen) {
  seen.advice = advice::never;
  seen.retry_after.reset();
  return seen;
}

}  // namespace

bool is_repeatable(request const& wanted) {
  switch (wanted.repeatable) {
    case repeatable::yes: return true;
    case repeatable::no: return false;
    case repeatable::by_kind: break;
  }
  return is_idempotent_method(wanted.method) || has_key(wanted);
}

bool spoils_connection(int status) {
  return classify_http(status).poisoned == poisoned::connection;
}

std::optional<failure> verdict_on(exchange& seen, ending const& how, request const& wanted) {
  bool const whole = how.is_whole() && seen.flaw() == flaw::none;
  bool const good = whole && is_good_status(seen, wanted);
  std::optional<failure> const found =
      good ? unexpected_content(seen, wanted) : judged(seen, how, wanted);
  if (!found) return std::nullopt;
  bool const open = how_far(how) != phase::not_sent && !says_not_carried_out(seen);
  if (open && wanted.repeatable == repeatable::no) return not_repeated(*found);
  return with_repeatability(*found, wanted);
}

failure without_a_turn(std::string_view why, request const& wanted) {
  failure seen = plain_failure(category::rejected);
  seen.text = std::string_view{text_about(why, wanted)};
  return seen;
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
