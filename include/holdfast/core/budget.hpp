#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/core/retry.hpp"

#include <cstdint>

namespace holdfast {

/// Limits retries to a share of the traffic, so that they can't turn a slow dependency into a dead
/// one. In any t seconds, retries <= capacity + per_second x t + per_call x first attempts.
struct budget {
  double capacity = 100;   ///< Tokens held at most, and at the start. `off`: no limit at all.
  double per_second = 10;  ///< Tokens added each second.
  double per_call = 0.2;   ///< Tokens added by each first attempt; retries never add any.
};

template <>
struct fields_of<budget> {
  static constexpr auto table = std::tuple{
      field("capacity", &budget::capacity, {0.0, 1e6, true},
            "Tokens held at most, and at the start; each retry takes one."),
      field("per_second", &budget::per_second, {0.0, 1e6}, "Tokens added each second."),
      field("per_call", &budget::per_call, {0.0, 1000.0}, "Tokens added by each first attempt.")};
};

namespace core {

/// The tokens of one budget, in fixed point (millionths): shares don't truncate, sums don't drift.
/// No I/O, no clock, no locks.
class budget_machine {
 public:
  explicit budget_machine(budget const& options) noexcept;

  /// Deposits for `first_attempts` calls that began. n at once equals n times one.
  void credit(std::uint64_t first_attempts) noexcept;

  /// Takes the token of one retry; false leaves the budget as it was.
  [[nodiscard]] bool withdraw(instant now) noexcept;

  /// Returns the token of a retry that was decided but never started.
  void give_back() noexcept;

  /// Whole and broken tokens held now; infinity where the budget is off.
  [[nodiscard]] double tokens(instant now) noexcept;

 private:
  void refill(instant now) noexcept;
  void add(std::int64_t millionths) noexcept;

  std::int64_t capacity_;
  std::int64_t per_second_;
  std::int64_t per_call_;
  std::int64_t held_;
  instant refilled_{};
  bool limited_;
};

/// The step of a retry machine after its budget was asked: a refusal turns it into a stop.
[[nodiscard]] retry_step charge(retry_step decided, budget_machine& tokens, instant now) noexcept;

}  // namespace core
}  // namespace holdfast
