#include "scenarios/vocabulary.hpp"

#include <array>

namespace holdfast::scenarios {
namespace {

using namespace std::string_view_literals;

constexpr std::array outcome{"call"sv, "took"sv, "times"sv, "every"sv};
constexpr std::array failed{"category"sv,        "call"sv,     "took"sv,       "times"sv, "every"sv,
                            "idempotent_only"sv, "pushback"sv, "retry_after"sv};
constexpr std::array repeated{"call"sv, "times"sv, "every"sv};
constexpr std::array begun{"call"sv, "times"sv, "every"sv, "deadline"sv, "max_attempts"sv};
constexpr std::array counted{"calls"sv};
constexpr std::array forced{"state"sv, "until"sv, "why"sv};
constexpr std::array reasoned{"why"sv};
constexpr std::array charged{"times"sv, "every"sv};

}  // namespace

grammar grammar_of(verb what) noexcept {
  switch (what) {
    case verb::ok: return {.details = outcome, .needs_breaker = true, .needs_retry = true};
    case verb::fail:
      return {.bare = "category", .details = failed, .needs_breaker = true, .needs_retry = true};
    case verb::abandon:
    case verb::ask: return {.details = repeated, .needs_breaker = true};
    case verb::call: return {.details = begun, .needs_retry = true, .needs_budget = true};
    case verb::hanging: return {.bare = "calls", .details = counted, .needs_breaker = true};
    case verb::force: return {.bare = "state", .details = forced, .needs_breaker = true};
    case verb::reset: return {.details = reasoned, .needs_breaker = true};
    case verb::evaluate:
    case verb::stats: return {.details = {}, .needs_breaker = true};
    case verb::retry:
    case verb::give_back: return {.details = charged, .needs_budget = true};
    case verb::tokens: break;
  }
  return {.details = {}, .needs_budget = true};
}

failure usual_failure(category kind) noexcept {
  failure seen{.category = kind};
  switch (kind) {
    case category::connection:
    case category::timeout:
    case category::transient:
    case category::throttled:
    case category::resource: seen.advice = advice::after_backoff; break;
    case category::integrity:
    case category::data:
    case category::programming:
    case category::authentication:
    case category::permission:
    case category::not_found:
    case category::configuration:
      seen.fault = fault::caller;
      seen.advice = advice::never;
      break;
    case category::corruption: seen.advice = advice::never; break;
    case category::cancelled:
      seen.fault = fault::nobody;
      seen.advice = advice::never;
      break;
    case category::rejected:
      seen.fault = fault::local;
      seen.advice = advice::after_wait;
      break;
    case category::in_doubt: seen.advice = advice::resolve_first; break;
    case category::unknown: break;
  }
  return seen;
}

}  // namespace holdfast::scenarios
