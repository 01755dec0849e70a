#pragma once

#include "holdfast/drive/fork_safe_lock.hpp"
#include "holdfast/drive/tick_listener.hpp"

#include <vector>

namespace holdfast {

/// Who is called at every tick of one clock. Thread-safe.
class tick_listeners {
 public:
  void add(tick_listener& listener);
  void remove(tick_listener& listener) noexcept;

  /// Has every listener look, then those tell that have something to tell. True where one is busy.
  bool tick(instant now) noexcept;

  /// For the handlers of a fork alone.
  [[nodiscard]] fork_safe_lock& lock() noexcept { return lock_; }

 private:
  fork_safe_lock lock_;
  std::vector<tick_listener*> listeners_;
};

}  // namespace holdfast
