#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/state/wall_time.hpp"

#include <array>
#include <string>

namespace holdfast {

/// What was done to guards from outside, or to what is known of them.
enum class audit_kind {
  reloaded,         ///< the file was read again, and holds
  reload_refused,   ///< the file was read again and is wrong; nothing has changed
  ordered,          ///< an operator's order was obeyed
  order_unknown,    ///< an order for an operation that has no guard here
  state_loaded,     ///< circuits and budgets of an earlier run were taken up
  state_set_aside,  ///< kept state was damaged or newer; the circuits concerned start closed
  state_failed,     ///< the store can't be read or written; told once until it can
  state_recovered,  ///< it can again
  step_failed,      ///< the manager's thread lacked something, such as memory; it goes on
};

template <>
struct names_of<audit_kind> {
  using enum audit_kind;
  static constexpr std::array<named_value<audit_kind>, 9> table{
      {{reloaded, "reloaded"},
       {reload_refused, "reload_refused"},
       {ordered, "ordered"},
       {order_unknown, "order_unknown"},
       {state_loaded, "state_loaded"},
       {state_set_aside, "state_set_aside"},
       {state_failed, "state_failed"},
       {state_recovered, "state_recovered"},
       {step_failed, "step_failed"}}};
};

/// One line of what an auditor wants to know: who did what, to what, when, and what came of it.
/// Texts of people and of stores in it are redacted.
struct audit_record {
  audit_kind kind{};
  wall_time at{};
  std::string operation{};  ///< empty where it concerns all
  std::string author{};     ///< the operator, or this process
  std::string what{};       ///< in a sentence, with its reason; lines where there is much to tell

  friend bool operator==(audit_record const&, audit_record const&) = default;
};

}  // namespace holdfast
