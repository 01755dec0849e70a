#pragma once

#include "holdfast/core/budget.hpp"

#include <memory>

namespace holdfast {

class budget_pool;

/// One budget for several guards: give the same one to each, in place of a `budget`, and their
/// retries together keep within it. A handle; copies are the same budget. Thread-safe.
///
/// What first attempts add is there when the next retry of any of the guards asks. Cost: as a
/// budget; a retry walks over the tallies of all guards that share it.
class shared_budget {
 public:
  /// Throws invalid_options where a value is out of range.
  explicit shared_budget(budget const& options);

  /// Exchanges the options and keeps the tokens, up to the new capacity; one that was off starts
  /// full. Throws invalid_options; then nothing has changed.
  void reconfigure(budget const& options, instant now) const;

  /// Tokens held now; infinity where the capacity is off.
  [[nodiscard]] double tokens(instant now) const;

  /// False for the one of a guard that has a budget of its own.
  [[nodiscard]] bool is_one() const noexcept { return pool_ != nullptr; }

  friend bool operator==(shared_budget const&, shared_budget const&) = default;

 private:
  friend struct operation_options;
  friend class gate;
  shared_budget() noexcept = default;  // none: the guard has a budget of its own

  std::shared_ptr<budget_pool> pool_;
};

}  // namespace holdfast
