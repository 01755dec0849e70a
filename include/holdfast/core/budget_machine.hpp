#pragma once

#include "holdfast/core/budget.hpp"
#include "holdfast/core/retry_step.hpp"

#include <cstdint>

namespace holdfast::core {

/// The tokens of one budget as a value.
struct budget_snapshot {
  std::int64_t held = 0;  ///< in 10^-12 of a token
  instant refilled{};     ///< until when the passing of time has been paid for
  std::uint64_t taken = 0;

  friend bool operator==(budget_snapshot const&, budget_snapshot const&) = default;
};

/// The tokens of one budget, in fixed point: a token has 10^12 parts, a nanosecond adds a whole
/// number of them. So shares don't truncate, sums don't drift, and asking often loses nothing.
/// No I/O, no clock, no locks, no allocation. Memory: 32 bytes. Not thread-safe.
/// Source: the token bucket of gRPC proposal A6 and of Finagle's RetryBudget; DESIGN.md D6.
class budget_machine {
 public:
  /// @param options must outlive the machine, or be exchanged by `reconfigure`
  explicit budget_machine(budget const& options) noexcept;
  explicit budget_machine(budget const&& options) = delete;

  /// Deposits for `first_attempts` calls that began. n at once equals n times one.
  void credit(std::uint64_t first_attempts) noexcept;

  /// Takes the token of one retry; false leaves the budget as it was.
  [[nodiscard]] bool withdraw(instant now) noexcept;

  /// Returns the token of a retry that was decided but never started. Where none was taken,
  /// nothing is returned.
  void give_back() noexcept;

  /// Whole and broken tokens held at `now`; infinity where the budget is off.
  [[nodiscard]] double tokens(instant now) const noexcept;

  [[nodiscard]] budget_snapshot snapshot() const noexcept { return {held_, refilled_, taken_}; }

  /// Takes up where a snapshot was made, within the capacity; not what a clock that ran ahead says.
  void restore(budget_snapshot const& from, instant now) noexcept;

  /// Exchanges the options and keeps the tokens, up to the new capacity. A budget that was off
  /// starts full. Old options may be gone when this returns.
  void reconfigure(budget const& options, instant now) noexcept;
  void reconfigure(budget const&& options, instant now) = delete;

 private:
  [[nodiscard]] std::int64_t held_at(instant now) const noexcept;
  void refill(instant now) noexcept;
  void add(std::int64_t parts) noexcept;

  budget const* options_;
  std::int64_t held_;
  instant refilled_{};
  std::uint64_t taken_ = 0;
};

/// The step of a retry machine after its budget was asked: a refusal turns it into a stop.
[[nodiscard]] retry_step charge(retry_step decided, budget_machine& tokens, instant now) noexcept;

}  // namespace holdfast::core
