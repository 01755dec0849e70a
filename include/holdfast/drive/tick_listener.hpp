#pragma once

#include "holdfast/base/time.hpp"

namespace holdfast {

/// What is looked at at every tick, for as long as it is known to the ticker.
class tick_listener {
 public:
  tick_listener() = default;
  tick_listener(tick_listener const&) = delete;
  tick_listener& operator=(tick_listener const&) = delete;
  virtual ~tick_listener() = default;

  enum class finding { idle, busy, to_tell };

  /// Called by whoever keeps the ticks, under a lock: looks, and says whether there is anything to
  /// wait for (busy: go on ticking) or to tell. Must be quick. Where it answers `to_tell` it must
  /// stay alive until `tell` has returned.
  [[nodiscard]] virtual finding on_tick(instant now) noexcept = 0;

  /// Called after `on_tick` answered `to_tell`, under no lock.
  virtual void tell() noexcept = 0;

 private:
  friend class tick_listeners;
  tick_listener* next_to_tell_ = nullptr;
};

}  // namespace holdfast
