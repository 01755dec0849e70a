#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/fixed_text.hpp"
#include "holdfast/core/breaker_state.hpp"
#include "holdfast/state/operation_record.hpp"
#include "holdfast/state/wall_time.hpp"

#include <optional>

namespace holdfast {

/// What made a change.
enum class change_kind {
  transition,  ///< the breaker itself
  order,       ///< an operator, by hand or through the store
  reload,      ///< options that were exchanged while the process ran
};

template <>
struct names_of<change_kind> {
  using enum change_kind;
  static constexpr std::array<named_value<change_kind>, 3> table{
      {{transition, "transition"}, {order, "order"}, {reload, "reload"}}};
};

/// One line of an operation's history.
struct change_record {
  operation_name operation{};
  wall_time at{};
  change_kind kind{};
  breaker_state from{};
  breaker_state to{};              ///< the same as `from` where only options changed
  fixed_text<120> reason{};        ///< of a transition what describe_cause says
  fixed_text<80> why{};            ///< what the operator said
  fixed_text<80> author{};         ///< the operator, or the process
  std::optional<wall_time> end{};  ///< of the open wait or the override, where there is one

  friend bool operator==(change_record const&, change_record const&) = default;
};

}  // namespace holdfast
