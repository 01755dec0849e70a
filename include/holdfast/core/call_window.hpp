#pragma once

#include "holdfast/core/count_window.hpp"
#include "holdfast/core/time_window.hpp"

#include <variant>

namespace holdfast::core {

/// The window of a breaker, of either kind. No allocation after construction.
class call_window {
 public:
  explicit call_window(breaker_window const& options);

  /// Adds one call that ended at `at`.
  void add(bool failed, bool slow, instant at) noexcept;

  /// Adds `successes` quick successes that ended about `at`.
  void credit(std::uint64_t successes, instant at) noexcept;

  /// Lets what is too old at `now` leave.
  void advance(instant now) noexcept;

  void clear() noexcept;

  /// What the window holds, as of the last call that changed it or advanced its time.
  [[nodiscard]] window_totals const& totals() const noexcept;

  /// What it holds at `now`.
  [[nodiscard]] window_totals totals_at(instant now) const noexcept;

  [[nodiscard]] window_snapshot snapshot() const;

  /// Takes the contents of a window of the same kind; those of another kind are left.
  void restore(window_snapshot const& from, instant now) noexcept;

 private:
  std::variant<count_window, time_window> kept_;
};

}  // namespace holdfast::core
