#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/core/breaker_state.hpp"

#include <array>
#include <string>
#include <vector>

namespace holdfast {

/// How well something is. Source: draft-inadarei-api-health-check, section 3.1.
enum class health_status { pass, warn, fail };

template <>
struct names_of<health_status> {
  using enum health_status;
  static constexpr std::array<named_value<health_status>, 3> table{
      {{pass, "pass"}, {warn, "warn"}, {fail, "fail"}}};
};

struct operation_health {
  std::string operation;
  health_status status = health_status::pass;
  breaker_state state = breaker_state::closed;
  std::string reason;  ///< why it is not well; empty where it is

  friend bool operator==(operation_health const&, operation_health const&) = default;
};

/// How well a process can do its work.
///
/// - live: it would be wrong to restart it. A circuit that is open is no reason to: the failing
///   dependency would fail the next process too.
/// - ready: work may be given to it. An open circuit only warns, and takes readiness away where the
///   file says that the operation is `required`.
struct health_report {
  bool live = true;
  bool ready = true;
  health_status status = health_status::pass;  ///< the worst of all
  std::vector<std::string> reasons{};  ///< of the process itself: state that can't be kept, …
  std::vector<operation_health> operations{};  ///< by name

  friend bool operator==(health_report const&, health_report const&) = default;
};

}  // namespace holdfast
