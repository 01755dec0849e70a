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

  /// What one look of all listeners has found.
  struct look {
    bool busy = false;
    tick_listener* to_tell = nullptr;  ///< the first of those that have something to tell
  };
  [[nodiscard]] look look_at(instant now) noexcept;

  /// Has those tell that a look has found, under no lock.
  static void tell(tick_listener* first) noexcept;

  /// For the handlers of a fork alone.
  [[nodiscard]] fork_safe_lock& lock() noexcept { return lock_; }

 private:
  fork_safe_lock lock_;
  std::vector<tick_listener*> listeners_;
};

}  // namespace holdfast
