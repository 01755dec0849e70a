#include "holdfast/state/circuit_facts.hpp"

#include <bit>
#include <cstdint>

namespace holdfast {

std::optional<wall_time> state_begun(operation_record const& record) noexcept {
  constexpr std::uint64_t first_generation = 1;
  if (record.breaker.generation == first_generation) return std::nullopt;
  return wall_time_of(record, record.breaker.since);
}

bool may_end(breaker_state state) noexcept {
  return state == breaker_state::open || is_override(state);
}

std::optional<wall_time> state_end(operation_record const& record) noexcept {
  core::breaker_snapshot const& seen = record.breaker;
  if (!may_end(seen.state) || seen.open_until == never_reached) return std::nullopt;
  return wall_time_of(record, seen.open_until);
}

std::optional<core::window_totals> window_totals_of(operation_record const& record) {
  if (!record.breaker.window) return std::nullopt;
  core::window_snapshot const& window = *record.breaker.window;
  core::window_totals all{.calls = window.calls};
  for (std::uint64_t const word : window.failed) {
    all.failures += static_cast<std::uint64_t>(std::popcount(word));
  }
  for (std::uint64_t const word : window.slow) {
    all.slow += static_cast<std::uint64_t>(std::popcount(word));
  }
  for (core::window_totals const& bucket : window.buckets) all += bucket;
  return all;
}

std::optional<double> budget_tokens(operation_record const& record) noexcept {
  constexpr double parts_of_a_token = 1e12;
  if (!record.budget) return std::nullopt;
  return static_cast<double>(record.budget->held) / parts_of_a_token;
}

}  // namespace holdfast
