#pragma once

#include "holdfast/core/window_totals.hpp"
#include "holdfast/state/operation_record.hpp"
#include "holdfast/state/wall_time.hpp"

#include <optional>

namespace holdfast {

// What a record tells of its circuit, for people: as it was at `saved_at`, in wall time.

/// When the breaker came into its state; nothing where it never left the first one.
[[nodiscard]] std::optional<wall_time> state_begun(operation_record const& record) noexcept;

/// Whether a state is one that may end by itself: an open circuit, an override.
[[nodiscard]] bool may_end(breaker_state state) noexcept;

/// When the open wait or the override ends; nothing where the state has no end or never ends.
[[nodiscard]] std::optional<wall_time> state_end(operation_record const& record) noexcept;

/// Of its window, as far as it was kept; nothing where no rate is judged.
[[nodiscard]] std::optional<core::window_totals> window_totals_of(operation_record const& record);

/// Of its retry budget; nothing where it has none.
[[nodiscard]] std::optional<double> budget_tokens(operation_record const& record) noexcept;

}  // namespace holdfast
