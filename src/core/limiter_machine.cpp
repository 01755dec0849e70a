#include "holdfast/core/limiter_machine.hpp"

#include <algorithm>
#include <cmath>

namespace holdfast::core {
namespace {

__extension__ using wide = __int128;

std::int64_t held(wide value, std::int64_t least, std::int64_t most) noexcept {
  if (value < least) return least;
  return value > most ? most : static_cast<std::int64_t>(value);
}

}  // namespace

limiter_machine::limiter_machine(limiter const& options) noexcept {
  if (options.per_second == off) return;
  constexpr double nanoseconds = 1e9;
  double const rate = std::clamp(options.per_second, 1e-9, nanoseconds);
  double const burst = std::clamp(options.burst, 1.0, nanoseconds);
  // A tick is a nanosecond or a little less. Only where a burst lasts for decades it is more.
  double const room = std::floor(static_cast<double>(most_burst) / burst);
  cost_ = static_cast<std::int64_t>(std::min(std::ceil(nanoseconds / rate), room));
  burst_ = static_cast<std::int64_t>(burst * static_cast<double>(cost_));
  long double const pace = static_cast<long double>(cost_) * static_cast<long double>(rate) /
                           static_cast<long double>(nanoseconds);
  pace_ = static_cast<std::int64_t>(std::floor(std::ldexp(pace, pace_bits)));
}

limiter_decision limiter_machine::decide(std::int64_t state, instant now,
                                         duration may_wait) const noexcept {
  if (!is_limited()) return {true, now, state, duration::zero()};
  std::int64_t const present = ticks_at(now);
  std::int64_t const arrival = std::max(state, present);
  std::int64_t const earliest = arrival - (burst_ - cost_);
  if (earliest <= present) return {true, now, arrival + cost_, duration::zero()};

  instant const start = when(earliest);
  duration const wait = elapsed(now, start);
  bool const beyond_time = start == never_reached || arrival > furthest;
  if (wait > may_wait || beyond_time) return {false, start, state, wait};
  return {true, start, arrival + cost_, duration::zero()};
}

std::int64_t limiter_machine::give_back(std::int64_t state,
                                        limiter_decision const& taken) const noexcept {
  bool const last = taken.admitted && state == taken.next_state;
  return last ? state - cost_ : state;
}

double limiter_machine::tokens(std::int64_t state, instant now) const noexcept {
  if (!is_limited()) return off;
  std::int64_t const present = ticks_at(now);
  wide const missing = wide{std::max(state, present)} - present;
  return static_cast<double>(burst_ - missing) / static_cast<double>(cost_);
}

std::int64_t limiter_machine::taken_over(std::int64_t state, limiter_machine const& before,
                                         instant now) const noexcept {
  return state_with(before.tokens(state, now), now);
}

limiter_decision limiter_machine::ask(instant now, duration may_wait) noexcept {
  limiter_decision const decided = decide(state_, now, may_wait);
  state_ = decided.next_state;
  return decided;
}

void limiter_machine::restore(limiter_snapshot const& from, instant now) noexcept {
  state_ = state_with(std::max(0.0, from.tokens), std::min(from.at, now));
}

void limiter_machine::reconfigure(limiter const& options, instant now) noexcept {
  limiter_machine next{options};
  next.state_ = next.taken_over(state_, *this, now);
  *this = next;
}

std::int64_t limiter_machine::state_with(double tokens, instant now) const noexcept {
  if (!is_limited()) return full;
  double const missing = static_cast<double>(burst_) - tokens * static_cast<double>(cost_);
  if (!(missing > 0)) return full;
  constexpr auto most = static_cast<double>(most_burst);
  return ticks_at(now) + static_cast<std::int64_t>(std::ceil(std::min(missing, most)));
}

instant limiter_machine::when(std::int64_t ticks) const noexcept {
  // Rounded up: the first nanosecond in which these ticks have passed.
  wide const scaled = wide{ticks} << pace_bits;
  wide const whole = scaled / pace_;
  wide const count = whole + (scaled > whole * pace_ ? 1 : 0);
  return instant{duration{held(count, duration::min().count(), duration::max().count())}};
}

}  // namespace holdfast::core
