#include "holdfast/core/transition.hpp"

#include "holdfast/base/units.hpp"

#include <algorithm>
#include <cmath>

namespace holdfast {
namespace {

/// "52 %", "51.5 %": a share to a tenth of a percent.
std::string percent(double share) {
  auto const tenths = std::llround(share * 1000);
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text += '.' + std::to_string(tenths % 10);
  return text + " %";
}

std::string counted(std::int64_t count, char const* one, char const* more) {
  return std::to_string(count) + ' ' + (count == 1 ? one : more);
}

std::string limit_of(transition const& changed) {
  return "limit " + std::to_string(std::llround(changed.threshold));
}

std::string share_text(transition const& changed, char const* verb) {
  return std::to_string(changed.count) + " of " + counted(changed.calls, "call ", "calls ") + verb +
         " (" + percent(changed.rate()) + ", limit " + percent(changed.threshold) + ')';
}

std::string by_hand(transition const& changed, char const* what) {
  std::string text = what;
  if (!changed.why.empty()) text.append(" (").append(changed.why.view()).append(")");
  return text;
}

std::string cause_text(transition const& changed, transition_reason reason) {
  switch (reason) {
    case transition_reason::consecutive_failures:
      return counted(changed.count, "failure", "failures") + " in a row (" + limit_of(changed) +
             ')';
    case transition_reason::failure_rate: return share_text(changed, "failed");
    case transition_reason::slow_call_rate: return share_text(changed, "slow");
    case transition_reason::hanging_calls:
      return counted(changed.count, "call hangs", "calls hang") + " (" + limit_of(changed) + ')';
    case transition_reason::wait_over: return "the wait is over";
    case transition_reason::probe_failed: return "a probe failed";
    case transition_reason::probes_succeeded:
      return counted(changed.count, "probe", "probes") + " succeeded (" + limit_of(changed) + ')';
    case transition_reason::ramp_over: return "all calls are admitted again";
    case transition_reason::forced: return by_hand(changed, "set by hand");
    case transition_reason::override_over: return "the override is over";
    case transition_reason::reset: return by_hand(changed, "reset by hand");
    case transition_reason::shared: return "told by another process that shares it";
    case transition_reason::would_open: break;
  }
  // A cause is never would_open itself; one from a damaged record must not lead round in circles.
  if (changed.cause == transition_reason::would_open) return "would open";
  return "would open: " + cause_text(changed, changed.cause);
}

std::string end_text(transition const& changed) {
  bool const is_open = changed.to == breaker_state::open;
  if (!is_open && changed.reason != transition_reason::forced) return {};
  if (changed.open_until == never_reached) return "; without end";
  // Whole milliseconds: the rest is jitter. Rounding looks at the next one, which must exist.
  using std::chrono::milliseconds;
  duration const longest = duration::max() - milliseconds{1};
  auto const left = std::chrono::round<milliseconds>(
      std::min<duration>(elapsed(changed.at, changed.open_until), longest));
  return (is_open ? "; probing in " : "; for ") + to_text(duration{left});
}

}  // namespace

std::string describe_cause(transition const& changed) {
  return cause_text(changed, changed.reason);
}

std::string describe(transition const& changed) {
  return std::string{enum_name(changed.from)} + " -> " + std::string{enum_name(changed.to)} + ": " +
         describe_cause(changed) + end_text(changed);
}

}  // namespace holdfast
