#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/fixed_text.hpp"
#include "holdfast/state/operation_record.hpp"
#include "holdfast/state/wall_time.hpp"

#include <cstdint>
#include <optional>

namespace holdfast {

/// What an operator wants of a breaker.
enum class order_kind {
  open,          ///< refuse every call
  close,         ///< end an override or a wait: calls are admitted, and results forgotten
  reset,         ///< the same of a circuit that is closed: its results and waits are forgotten
  disable,       ///< admit every call and record nothing
  observe_only,  ///< admit every call, record, and say what would have opened
};

template <>
struct names_of<order_kind> {
  using enum order_kind;
  static constexpr std::array<named_value<order_kind>, 5> table{{{open, "open"},
                                                                 {close, "close"},
                                                                 {reset, "reset"},
                                                                 {disable, "disable"},
                                                                 {observe_only, "observe_only"}}};
};

/// One order, which every process that shares the store obeys once.
struct order_record {
  std::int64_t number = 0;  ///< given by the store, rising; 1 or more
  operation_name operation{};
  order_kind what{};
  fixed_text<80> why{};
  fixed_text<80> author{};
  wall_time given_at{};
  std::optional<wall_time> until{};  ///< empty where it has no end

  friend bool operator==(order_record const&, order_record const&) = default;
};

}  // namespace holdfast
