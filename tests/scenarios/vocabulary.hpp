#pragma once

#include "holdfast/base/field.hpp"
#include "scenarios/scenario.hpp"

#include <span>
#include <string_view>

namespace holdfast::scenarios {

/// What may be said of a verb.
struct grammar {
  std::string_view bare{};                    ///< what a word without `=` gives; empty: nothing
  std::span<std::string_view const> details;  ///< what a word with `=` may give
  bool needs_breaker = false;
  bool needs_retry = false;  ///< `call`: or a budget; `ok` and `fail`: or a breaker
  bool needs_budget = false;
};

[[nodiscard]] grammar grammar_of(verb what) noexcept;

/// The failure that `fail CATEGORY` means: what most failures of this category are like.
[[nodiscard]] failure usual_failure(category kind) noexcept;

}  // namespace holdfast::scenarios

namespace holdfast {

template <>
struct fields_of<scenarios::circumstances> {
  using here = scenarios::circumstances;
  static constexpr duration none = duration::zero();
  static constexpr duration century = std::chrono::hours{24 * 365 * 100};
  static constexpr auto table = std::tuple{
      field("call", &here::call, "Names the call."),
      field("times", &here::times, {1, 10'000}, "How often it happens."),
      field("every", &here::every, {none, std::chrono::hours{24 * 7}}, "How far apart."),
      field("took", &here::took, {none, century}, "How long the attempt ran."),
      field("category", &here::category, "What kind of failure."),
      field("idempotent_only", &here::idempotent_only, "Whether a second attempt may do harm."),
      field("pushback", &here::pushback, "Whether the server decided about the retry."),
      field("retry_after", &here::retry_after, {none, century}, "What the server asked for."),
      field("deadline", &here::deadline, {none, century}, "When the call must have ended."),
      field("max_attempts", &here::max_attempts, {1, 1000}, "Of this call alone."),
      field("calls", &here::calls, {0, 1'000'000}, "Calls that hang."),
      field("state", &here::state, "forced_open, disabled or observe_only."),
      field("until", &here::until, {none, century}, "When the override ends."),
      field("why", &here::why, "What the person said who did it.")};
};

}  // namespace holdfast
