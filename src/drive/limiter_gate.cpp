#include "holdfast/drive/limiter_gate.hpp"

#include "holdfast/drive/ticker.hpp"

namespace holdfast {

limiter_gate::limiter_gate(limiter const& options, bool changeable) noexcept
    : machines_{core::limiter_machine{options}, core::limiter_machine{options}},
      slack_{slack_of(options).count()},
      changeable_{changeable} {
  count_forks();
}

void limiter_gate::reconfigure(limiter const& options, instant now) noexcept {
  auto const held = held_still();
  std::size_t const other = 1 - in_use_.load(std::memory_order_relaxed);
  core::limiter_machine const next{options};
  std::int64_t const state =
      next.taken_over(state_.load(std::memory_order_relaxed), machine(), now);
  machines_[other] = next;
  in_use_.store(other, std::memory_order_relaxed);
  state_.store(state, std::memory_order_relaxed);
  slack_.store(slack_of(options).count(), std::memory_order_relaxed);
}

duration limiter_gate::slack_of(limiter const& options) noexcept {
  if (options.per_second == off || options.per_second <= 0) return {};
  // What is paid for early may cost a whole turn; of a small burst that would be missed.
  constexpr double least_burst = 64;
  if (options.burst < least_burst) return {};
  constexpr double longest = 10;  // seconds: beyond, a tick is short enough anyhow
  std::chrono::duration<double> const refilled{
      std::min(options.burst / options.per_second / slack_share, longest)};
  duration const slack = std::chrono::duration_cast<duration>(refilled);
  return slack >= 4 * ticker::shortest_tick ? slack : duration::zero();
}

}  // namespace holdfast
