#pragma once

#include "holdfast/core/budget_machine.hpp"
#include "holdfast/drive/fork_safe_lock.hpp"

namespace holdfast {

/// What the handles of a shared budget share. Its lock is taken under that of a gate, and no other
/// one under it.
class budget_pool {
 public:
  explicit budget_pool(budget const& options) : options_{options}, machine_{options_} {}
  budget_pool(budget_pool const&) = delete;
  budget_pool& operator=(budget_pool const&) = delete;
  ~budget_pool() = default;

  /// Calls `use(machine)` under the lock.
  template <class Use>
  auto with(Use&& use) {
    lock_holder const held{lock_};
    return use(machine_);
  }

 private:
  budget options_;
  fork_safe_lock lock_;
  core::budget_machine machine_;
};

}  // namespace holdfast
