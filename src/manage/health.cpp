#include "health.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

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

operation_health health_of_keys(std::string_view operation, guard_per_key const& keys,
                                bool required) {
  constexpr std::size_t most_named = 3;
  operation_health found;
  found.operation = operation;
  std::vector<guard> all = keys.guards();
  if (keys.other().state() != breaker_state::closed) all.push_back(keys.other());
  std::size_t open = 0;
  std::size_t unwell = 0;
  std::string names;
  for (guard const& each : all) {
    breaker_state const state = each.state();
    health_status const status = status_of(state, true);
    if (status == health_status::pass) continue;
    if (status == health_status::fail) ++open;
    if (found.state == breaker_state::closed || status == health_status::fail) found.state = state;
    if (unwell++ >= most_named) continue;
    names += (names.empty() ? "" : ", ") + std::string{each.name()} + " (" +
             std::string{enum_name(state)} + ")";
  }
  if (unwell == 0) return found;
  bool const nobody_is_served = required && open == all.size();
  found.status = nobody_is_served ? health_status::fail : health_status::warn;
  found.reason = "of " + std::to_string(all.size()) + " keys " + std::to_string(unwell) +
                 " are not closed: " + names + (unwell > most_named ? ", …" : "");
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
