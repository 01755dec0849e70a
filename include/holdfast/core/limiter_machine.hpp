#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/core/limiter.hpp"

#include <cstdint>
#include <limits>

namespace holdfast::core {

/// What a limiter says to one attempt.
struct limiter_decision {
  bool admitted = false;
  instant start{};              ///< its turn: `now`, or later where it may wait; also if refused
  std::int64_t next_state = 0;  ///< the state after it; the state before it where it was refused
  duration retry_after{};       ///< refused: from now until one that asks then need not wait

  friend bool operator==(limiter_decision const&, limiter_decision const&) = default;
};

/// The state of a limiter as a value, whatever its options.
struct limiter_snapshot {
  double tokens = off;  ///< attempts that could start; infinity: as many as there are to be had
  instant at{};         ///< then

  friend bool operator==(limiter_snapshot const&, limiter_snapshot const&) = default;
};

/// Gives each attempt its turn. One number is the whole state, and `decide` and `give_back` are
/// pure functions of it, so a driver keeps it in one atomic word and exchanges it without a lock.
/// `ask` is the same for who has the machine to himself.
///
/// The state is the theoretical arrival time: when the bucket would be full again. It is counted in
/// ticks of which an attempt costs a whole number, the smallest that makes a tick no longer than a
/// nanosecond; so no rate drifts, however large (3e8 a second is 3.33 ns, and stays it) or small.
/// In any t seconds attempts <= burst + per_second x t, with t in whole nanoseconds, both ends
/// counted. Turns that are waited for come evenly. Time that steps back admits nothing twice.
/// No I/O, no clock, no locks, no allocation. Memory: 32 bytes. Not thread-safe, but for the const
/// functions: they may be called by all threads at once.
/// Source: the generic cell rate algorithm, as virtual scheduling, of ITU-T I.371, annex A; giving
/// back as Reservation.Cancel of golang.org/x/time/rate.
class limiter_machine {
 public:
  /// The state of a limiter that nobody has asked yet: the whole burst is there.
  static constexpr std::int64_t full = std::numeric_limits<std::int64_t>::min();

  /// @param options are copied; those out of range are held to it
  explicit limiter_machine(limiter const& options) noexcept;

  /// Whether an attempt that asks at `now` and may wait so long is admitted, and when it starts.
  /// @param may_wait the options' max_wait, or the time to the call's deadline where that is
  ///        shorter; zero for a probe
  /// Cost: one multiplication where it need not wait; else two divisions of 128 bits at most.
  [[nodiscard]] limiter_decision decide(std::int64_t state, instant now,
                                        duration may_wait) const noexcept;

  /// Admits an attempt that need not wait, by a clock that lags: `now` is not later than it really
  /// is, and `lag` after it not earlier. Paid for as of the later one, so the rate holds whatever
  /// the time between really is. Changes `state` where it answers true.
  /// Cost: two multiplications.
  [[nodiscard]] bool admit_by_lagging_clock(std::int64_t& state, instant now,
                                            duration lag) const noexcept {
    std::int64_t const least = ticks_at(now);
    std::int64_t const most = ticks_at(now + lag);
    if (state > least && state - least > burst_ - cost_) return false;
    state = (state > most ? state : most) + cost_;
    return true;
  }

  /// The state after an attempt that was admitted by `taken` gives its turn back unused; once.
  /// Only the last one is worth anything: the turns of later ones were dealt out behind it. Where
  /// there are later ones, the state is answered as it was.
  [[nodiscard]] std::int64_t give_back(std::int64_t state,
                                       limiter_decision const& taken) const noexcept;

  /// Attempts that could start at `now`; below zero where some wait, infinity where there is no
  /// limit.
  [[nodiscard]] double tokens(std::int64_t state, instant now) const noexcept;

  /// The state for these options, made of one under others: the tokens stay, up to the new burst,
  /// and what is waited for stays owed. A limiter that was off starts full.
  [[nodiscard]] std::int64_t taken_over(std::int64_t state, limiter_machine const& before,
                                        instant now) const noexcept;

  /// Decides by the machine's own state, and keeps what comes of it.
  limiter_decision ask(instant now, duration may_wait) noexcept;
  void give_back(limiter_decision const& taken) noexcept { state_ = give_back(state_, taken); }
  [[nodiscard]] double tokens(instant now) const noexcept { return tokens(state_, now); }

  [[nodiscard]] limiter_snapshot snapshot(instant now) const noexcept { return {tokens(now), now}; }

  /// Takes up where a snapshot was made; never with more than the burst missing, whatever a clock
  /// that ran ahead says, and whoever waited then.
  void restore(limiter_snapshot const& from, instant now) noexcept;

  /// Exchanges the options and keeps the tokens, up to the new burst.
  void reconfigure(limiter const& options, instant now) noexcept;

 private:
  [[nodiscard]] bool is_limited() const noexcept { return cost_ != 0; }
  [[nodiscard]] std::int64_t state_with(double tokens, instant now) const noexcept;
  __extension__ using wide = __int128;
  static constexpr int pace_bits = 62;

  /// Ticks of the largest burst: two of them and any time that a clock shows are added without
  /// overflow.
  static constexpr std::int64_t most_burst = std::int64_t{1} << 60;

  /// No time is later or earlier than this, in ticks; on a clock that passes it, nothing is added.
  static constexpr std::int64_t furthest =
      std::numeric_limits<std::int64_t>::max() - 4 * most_burst;

  [[nodiscard]] std::int64_t ticks_at(instant now) const noexcept {
    wide const ticks = (wide{now.time_since_epoch().count()} * pace_) >> pace_bits;
    if (ticks < -furthest) return -furthest;
    return ticks > furthest ? furthest : static_cast<std::int64_t>(ticks);
  }
  [[nodiscard]] instant when(std::int64_t ticks) const noexcept;

  std::int64_t cost_ = 0;   // ticks of one attempt; 0: no limit
  std::int64_t burst_ = 0;  // ticks of the whole burst
  std::int64_t pace_ = 0;   // ticks that a nanosecond brings, in 2^-62
  std::int64_t state_ = full;
};

}  // namespace holdfast::core
