#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/core/hedge.hpp"
#include "holdfast/core/latency_quantile.hpp"
#include "holdfast/core/retry_step.hpp"

#include <variant>

namespace holdfast::core {

/// The race has ended; the outcome is that of this attempt, counted from 0 as they started.
struct race_over {
  int attempt = 0;
  friend bool operator==(race_over, race_over) = default;
};

/// What to do next in a race: start another attempt at once; wait for what runs, and ask again at
/// `until` (never_reached: no further attempt will come); or take the outcome of one and end the
/// others.
using hedge_step = std::variant<call_now, wait, race_over>;

/// How an attempt of a race failed.
enum class hedge_failure {
  retryable,  ///< another one may do better: it starts the next at once
  fatal,      ///< all would fail like it: it ends the race
};

/// The delay of a race that starts now: the learned quantile, or `options.delay` where none is
/// wanted or too little is known.
[[nodiscard]] duration hedge_delay(hedge const& options, latency_quantile const& known) noexcept;

/// One race of attempts at the same thing. Only a success or a fatal failure ends it, and the last
/// retryable failure where no attempt is left. It is told what happened and answers what to do;
/// told of anything after its end, it answers its end again.
/// No I/O, no clock, no locks, no allocation. Memory: 40 bytes. Not thread-safe.
/// Source: gRPC proposal A6, hedging policy; Dean and Barroso, The Tail at Scale (2013).
class hedge_machine {
 public:
  /// @param delay of this race, as `hedge_delay` answers it; below zero is zero
  hedge_machine(hedge const& options, duration delay) noexcept;

  /// An attempt has started at `now`: the first one, or one that a `call_now` asked for.
  hedge_step started(instant now) noexcept;

  /// The attempt that a `call_now` asked for may not start: no budget, an open circuit, no place.
  /// That one alone is suppressed; the next one, if there is one, is due after another delay.
  hedge_step refused(instant now) noexcept;

  /// @param hold_off what a server asked to wait before the next attempt (Retry-After); `off`: it
  ///        wants none. Zero starts the next one at once. While others run they decide; where none
  ///        does, the race is over, since a pause before another attempt is retry's to make.
  hedge_step failed(int attempt, hedge_failure how, instant now, duration hold_off = {}) noexcept;
  hedge_step succeeded(int attempt) noexcept;

  /// Time has passed.
  [[nodiscard]] hedge_step at(instant now) const noexcept;

  [[nodiscard]] int started_attempts() const noexcept { return started_; }
  [[nodiscard]] int running() const noexcept { return running_; }
  [[nodiscard]] bool is_over() const noexcept { return winner_ != nobody; }

 private:
  static constexpr int nobody = -1;

  [[nodiscard]] bool has_hedges() const noexcept { return hedges_left_ > 0; }
  hedge_step end(int attempt) noexcept;

  duration delay_;
  instant due_ = never_reached;  // when the next attempt starts, if nothing else happens
  int hedges_left_;
  int started_ = 0;
  int running_ = 0;
  int last_failed_ = nobody;
  int winner_ = nobody;
};

}  // namespace holdfast::core
