// Any bytes as what a server says in the fields of its answer: Retry-After is read as a slow and
// plain reader reads it, and what comes out of any field is within its bounds.

#include "holdfast/base/contract.hpp"
#include "holdfast/classify/http.hpp"
#include "holdfast/classify/http_answer.hpp"
#include "holdfast/classify/pushback.hpp"
#include "holdfast/classify/retry_after.hpp"
#include "holdfast/classify/throttling.hpp"
#include "target.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace holdfast;

/// A wall clock at 2026-11-29, or where the first byte of the input says.
std::int64_t clock_of(std::uint8_t first) {
  constexpr std::int64_t now = 1'795'910'400;
  constexpr std::int64_t century = 3'155'760'000;
  return now + (first % 5 - 2) * century / 2;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Seconds in decimal digits between blanks, one after the other; nothing where it is no number.
std::optional<duration> seconds_one_by_one(std::string text) {
  while (!text.empty() && is_blank(text.back())) text.pop_back();
  while (!text.empty() && is_blank(text.front())) text.erase(text.begin());
  if (text.empty()) return std::nullopt;
  duration sum{};
  for (char const c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    sum = std::min(sum * 10 + std::chrono::seconds{c - '0'}, longest_retry_after);
  }
  return sum;
}

void check_retry_after(std::string_view value, std::int64_t now) {
  auto const read = parse_retry_after(value, now);
  if (auto const plain = seconds_one_by_one(std::string{value})) {
    expects(read == plain, "seconds are read as they stand there");
  } else if (read) {
    expects(value.find(':') != std::string_view::npos, "what is no number is a date with a time");
  }
  if (!read) return;
  expects(*read >= duration::zero() && *read <= longest_retry_after, "a wait is within bounds");
  expects(*read % std::chrono::seconds{1} == duration::zero(), "a wait is of whole seconds");
  failure const seen = classify_http(503, read);
  expects(seen.retry_after == read, "a refusal keeps the wait it was given");
  expects(!classify_http(400, read).retry_after, "what is never repeated has no wait");
}

void check_date(std::string_view value, std::int64_t now) {
  auto const read = parse_retry_after(value, now);
  if (!read || seconds_one_by_one(std::string{value}) || *read < std::chrono::seconds{2}) return;
  if (*read == longest_retry_after) return;
  auto const later = parse_retry_after(value, now + 1);
  // A two-digit year may be another one in another year.
  bool const one_century_off = later && *later == longest_retry_after;
  expects(!later || one_century_off || *read - *later == std::chrono::seconds{1},
          "a second later the wait for a date is a second shorter");
}

void check_throttling(std::string_view value) {
  auto const told = parse_throttling_control(value);
  if (!told) return;
  expects(told->percent >= 0 && told->percent <= 1000, "a share is within bounds");
  auto const twice = parse_throttling_control(std::string{value} + "," + std::string{value});
  expects(twice == told, "to say it twice changes nothing");
  failure const seen = with_throttling(classify_http(503), *told);
  bool const red = told->level >= throttle_level::red;
  expects((seen.category == category::throttled) == red, "red and black throttle, others do not");
}

void check_pushback(std::string_view value) {
  failure const seen = with_pushback(classify_http(503), value);
  expects(seen.pushback, "what pushes back is marked");
  expects(seen.retry_after.has_value() != (seen.advice == advice::never),
          "it says either when, or never");
  if (seen.retry_after) expects(*seen.retry_after >= duration::zero(), "no wait is negative");
}

void check_not_json(std::string_view type, std::string_view body) {
  auto const seen = classify_not_json({.content_type = type, .body = body});
  if (!seen) return;
  expects(seen->advice == advice::if_idempotent,
          "a page in place of JSON may have been carried out");
  expects(!classify_not_json({.content_type = "application/json", .body = body}),
          "a type that says JSON is believed");
  expects(!classify_not_json({.status = 204, .content_type = type, .body = body}),
          "where there is no body there is nothing to judge");
}

}  // namespace

/// A byte for the clock, then the value of a field; up to the first NUL, where there is one, it is
/// a type too, and what follows a body.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  std::int64_t const now = clock_of(data[0]);
  std::string_view const value{reinterpret_cast<char const*>(data) + 1, size - 1};
  check_retry_after(value, now);
  check_date(value, now);
  check_throttling(value);
  check_pushback(value);
  static_cast<void>(is_idempotent_method(value));
  std::size_t const border = std::min(value.find('\0'), value.size());
  check_not_json(value.substr(0, border), value.substr(std::min(border + 1, value.size())));
  return 0;
}
