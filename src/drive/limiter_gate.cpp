#include "holdfast/drive/limiter_gate.hpp"

#include "holdfast/drive/ticker.hpp"

namespace holdfast {

limiter_gate::limiter_gate(limiter const& options) noexcept
    : machine_{options}, slack_{slack_of(options)} {}

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
