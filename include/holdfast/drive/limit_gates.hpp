#pragma once

#include "holdfast/drive/bulkhead_gate.hpp"
#include "holdfast/drive/limiter_gate.hpp"
#include "holdfast/drive/timekeeper.hpp"

namespace holdfast {

/// What an attempt needs where its operation is limited: a place in the bulkhead, then a turn of
/// the limiter. Thread-safe.
class limit_gates {
 public:
  /// @param clock      must outlive this
  /// @param changeable whether `reconfigure` may be called
  limit_gates(bulkhead const& places_of, limiter const& turns_of, timekeeper& clock,
              bool changeable)
      : places{places_of}, turns{turns_of, changeable}, clock_{clock}, ticks_{clock.ticks()} {}

  void reconfigure(bulkhead const& places_of, limiter const& turns_of) noexcept {
    places.reconfigure(places_of);
    turns.reconfigure(turns_of, clock_.now());
  }

  /// Takes a place and a turn, where both are free at once.
  [[nodiscard]] bool enter_at_once() noexcept {
    if (!places.enter()) return false;
    if (take_turn_at_once()) return true;
    places.leave();
    return false;
  }

  bulkhead_gate places;
  limiter_gate turns;

 private:
  [[nodiscard]] bool take_turn_at_once() noexcept {
    std::uint64_t const tick = ticks_.load(std::memory_order_relaxed);
    if (turns.goes_by_ticks() && tick != 0) return turns.take_by_tick(instant_of_tick(tick));
    return turns.ask(clock_.now(), duration::zero()).admitted;
  }

  timekeeper& clock_;
  tick_source const& ticks_;
};

}  // namespace holdfast
