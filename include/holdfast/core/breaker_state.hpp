#pragma once

#include "holdfast/base/enum_names.hpp"

#include <cstdint>

namespace holdfast {

/// What a breaker does with calls. The last three are overrides, set by hand.
enum class breaker_state : std::uint8_t {
  closed,        ///< all are admitted
  open,          ///< none is, until the wait is over
  half_open,     ///< a few probes are
  ramping,       ///< recovered: a share is, and it grows
  forced_open,   ///< none is, until the override ends; half_open then
  disabled,      ///< all are, and nothing is recorded
  observe_only,  ///< all are; results are recorded, and what would open is told once
};

template <>
struct names_of<breaker_state> {
  using enum breaker_state;
  static constexpr std::array<named_value<breaker_state>, 7> table{
      {{closed, "closed"},
       {open, "open"},
       {half_open, "half_open"},
       {ramping, "ramping"},
       {forced_open, "forced_open"},
       {disabled, "disabled"},
       {observe_only, "observe_only"}}};
};

/// Whether a state is one that only a person sets.
[[nodiscard]] constexpr bool is_override(breaker_state state) noexcept {
  return state == breaker_state::forced_open || state == breaker_state::disabled ||
         state == breaker_state::observe_only;
}

}  // namespace holdfast
