#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/core/retry.hpp"

#include <vector>

namespace holdfast {

template <>
struct fields_of<retry_override> {
  static constexpr duration week = std::chrono::hours{24 * 7};
  static constexpr duration tick = std::chrono::nanoseconds{1};
  static constexpr auto table = std::tuple{
      field("max_attempts", &retry_override::max_attempts, {1, 1000},
            "Calls in total where the last one failed so; 1 means no retry."),
      field("backoff", &retry_override::backoff, "How the ceilings of successive pauses grow."),
      field("initial_delay", &retry_override::initial_delay, {tick, week},
            "Ceiling of the first pause, before jitter."),
      field("backoff_factor", &retry_override::backoff_factor, {1.0, 1000.0},
            "Factor between the ceilings of successive pauses."),
      field("delay_step", &retry_override::delay_step, {duration::zero(), week},
            "Added from one ceiling to the next."),
      field("max_delay", &retry_override::max_delay, {tick, week},
            "Ceiling of every computed pause.")};
};

template <>
struct fields_of<retry> {
  static constexpr duration week = std::chrono::hours{24 * 7};
  static constexpr duration tick = std::chrono::nanoseconds{1};
  static constexpr auto table = std::tuple{
      field("max_attempts", &retry::max_attempts, {1, 1000}, "Calls in total, the first included."),
      field("backoff", &retry::backoff, "How the ceilings of successive pauses grow."),
      field("initial_delay", &retry::initial_delay, {tick, week},
            "Ceiling of the first pause, before jitter."),
      field("backoff_factor", &retry::backoff_factor, {1.0, 1000.0},
            "Exponential backoff: factor between the ceilings of successive pauses."),
      field("delay_step", &retry::delay_step, {duration::zero(), week, true},
            "Linear backoff: added from one ceiling to the next; off means initial_delay."),
      field("delays", &retry::delays, {duration::zero(), week},
            "Backoff delays: the ceilings one by one; the last one repeats."),
      field("max_delay", &retry::max_delay, {tick, week}, "Ceiling of every computed pause."),
      field("jitter", &retry::jitter, "How a pause is drawn below its ceiling."),
      field("jitter_factor", &retry::jitter_factor, {0.0, 1.0},
            "Half-width of proportional jitter, as a share of the pause."),
      field("max_elapsed", &retry::max_elapsed, {duration::zero(), week, true},
            "No attempt starts later than this after the first."),
      field("max_retry_after", &retry::max_retry_after, {duration::zero(), week},
            "A server that asks for a longer wait ends the call."),
      field("idempotent", &retry::idempotent,
            "Whether a second run does no harm after the request was sent."),
      field("wait_for_circuit", &retry::wait_for_circuit, {duration::zero(), week},
            "How long a call waits for open circuits, in all; 0s means not at all."),
      field("per_category", &retry::per_category,
            "Other numbers after failures of one category; throttled starts at 1s, or at "
            "initial_delay where that is longer, unless it is named here.")};

  static std::vector<field_problem> contradictions(retry const& options);
};

}  // namespace holdfast
