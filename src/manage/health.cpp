#include "health.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

[[nodiscard]] std::string state_text(breaker_state state) {
  std::string text{enum_name(state)};
  std::replace(text.begin(), text.end(), '_', ' ');
  return "its circuit is " + text;
}

[[nodiscard]] health_status status_of(breaker_state state, bool required) noexcept {
  switch (state) {
    case breaker_state::closed: return health_status::pass;
    case breaker_state::open:
    case breaker_state::forced_open: return required ? health_status::fail : health_status::warn;
    case breaker_state::half_open:
    case breaker_state::ramping:
    case breaker_state::disabled:
    case breaker_state::observe_only: return health_status::warn;
  }
  return health_status::warn;
}

}  // namespace

operation_health health_of(guard const& one, bool required, change_feed const& feed) {
  guard_stats const seen = one.stats();
  operation_health found{.operation = std::string{one.name()},
                         .status = status_of(seen.breaker.state, required),
                         .state = seen.breaker.state,
                         .reason = {}};
  if (found.status != health_status::pass) {
    found.reason = state_text(found.state);
    std::string const why = feed.reason_of(one.name());
    if (!why.empty()) found.reason += ": " + why;
  } else if (seen.budget_tokens < 1) {
    found.status = health_status::warn;
    found.reason = "its retry budget is empty: failures are not retried";
  }
  return found;
}

void add_to(health_report& all, operation_health one) {
  all.status = std::max(all.status, one.status);
  if (one.status == health_status::fail) all.ready = false;
  all.operations.push_back(std::move(one));
}

void warn(health_report& all, std::string reason) {
  all.status = std::max(all.status, health_status::warn);
  all.reasons.push_back(std::move(reason));
}

}  // namespace holdfast
