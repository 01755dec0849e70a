#include "holdfast/base/field.hpp"
#include "holdfast/base/units.hpp"
#include "manage/linted.hpp"
#include "manage/pauses.hpp"

#include <algorithm>
#include <array>

namespace holdfast {
namespace {

/// "slow_call (5s)".
std::string named(std::string_view field, duration value) {
  return std::string{field} + " (" + to_text(value) + ")";
}

/// Whether a limit is on and the other one shorter.
bool exceeds(duration longer, duration limit) {
  return !is_off(limit) && !is_off(longer) && longer > limit;
}

remark attempt_past_total(linted const& of) {
  duration const attempt = of.policies().attempt_timeout.limit;
  duration const total = of.policies().total_timeout.limit;
  if (!exceeds(attempt, total)) return {};
  return {"attempt_timeout.limit",
          "an attempt never has " + to_text(attempt) + ": " + named("total_timeout", total) +
              " ends it before",
          "an attempt_timeout below total_timeout"};
}

remark circuit_wait_too_short(linted const& of) {
  duration const wait = of.policies().retry.wait_for_circuit;
  breaker const& circuit = of.policies().breaker;
  if (wait == duration::zero() || !can_open(circuit) || wait >= circuit.recovery_timeout) return {};
  return {"retry.wait_for_circuit",
          to_text(wait) + " is below " + named("recovery_timeout", circuit.recovery_timeout) +
              ": a call that meets a circuit that has just opened waits for nothing",
          "a wait_for_circuit of recovery_timeout or more"};
}

remark hedge_past_timeout(linted const& of) {
  hedge const& beside = of.policies().hedge;
  duration const limit = of.policies().attempt_timeout.limit;
  bool const fixed = beside.max_hedges > 0 && beside.quantile == off;
  if (!fixed || is_off(limit) || beside.delay < limit) return {};
  return {"hedge.delay",
          "no attempt is hedged: before " + to_text(beside.delay) + " have passed, " +
              named("attempt_timeout", limit) + " has ended it",
          "a delay well below attempt_timeout"};
}

remark no_deadline(linted const& of) {
  operation_options const& all = of.policies();
  bool const bounded = !is_off(all.attempt_timeout.limit) || !is_off(all.total_timeout.limit);
  if (all.kind == operation_kind::other || bounded) return {};
  return {"kind", "nothing bounds an attempt: one that hangs hangs for ever",
          "an attempt_timeout, or a total_timeout"};
}

remark probe_past_timeout(linted const& of) {
  breaker const& circuit = of.policies().breaker;
  duration const limit = of.policies().attempt_timeout.limit;
  if (!can_open(circuit) || !exceeds(limit, circuit.probe_timeout)) return {};
  return {"breaker.probe_timeout",
          "a probe that is slow gives its place back after " + to_text(circuit.probe_timeout) +
              ", while it may run for " + named("attempt_timeout", limit),
          "a probe_timeout of attempt_timeout or more"};
}

remark recovery_below_attempt(linted const& of) {
  breaker const& circuit = of.policies().breaker;
  duration const limit = of.policies().attempt_timeout.limit;
  if (!can_open(circuit) || !exceeds(limit, circuit.recovery_timeout)) return {};
  return {"breaker.recovery_timeout",
          to_text(circuit.recovery_timeout) + " is below " + named("attempt_timeout", limit) +
              ": the circuit is probed while attempts from before it opened still hang",
          "a recovery_timeout of attempt_timeout or more"};
}

/// When the last attempt begins where each one before it takes all of its time.
remark retry_past_deadline(linted const& of) {
  operation_options const& all = of.policies();
  duration const total = all.total_timeout.limit;
  duration const elapsed = all.retry.max_elapsed;
  duration const limit = std::min(all.attempt_timeout.limit, total);
  if (is_off(limit)) return {};
  auto const pauses = shortest_pauses(all.retry, category::timeout);
  duration at{};
  for (std::size_t i = 0; i < pauses.size(); ++i) {
    at += limit + pauses[i];
    bool const late = at >= total || (!is_off(elapsed) && at > elapsed);
    if (!late) continue;
    bool const by_total = at >= total;
    return {"retry.max_attempts",
            "attempt " + std::to_string(i + 2) + " of " + std::to_string(pauses.size() + 1) +
                " never begins after attempts that time out: they and their pauses take " +
                to_text(at) + " at least, " +
                (by_total ? named("total_timeout", total) : named("max_elapsed", elapsed)),
            "fewer attempts, a shorter attempt_timeout, or more time"};
  }
  return {};
}

remark slow_call_past_timeout(linted const& of) {
  breaker const& circuit = of.policies().breaker;
  duration const limit =
      std::min(of.policies().attempt_timeout.limit, of.policies().total_timeout.limit);
  bool const judged = circuit.slow_call_rate != off || circuit.max_hanging > 0;
  if (!judged || !exceeds(circuit.slow_call, limit)) return {};
  return {"breaker.slow_call",
          "no call is ever slow: an attempt has " + to_text(limit) + ", slow_call is " +
              to_text(circuit.slow_call),
          "a slow_call below the timeout"};
}

/// A window of time that the operation's own limiter never lets fill.
remark window_below_min_calls(linted const& of) {
  breaker const& circuit = of.policies().breaker;
  limiter const& rate = of.policies().limiter;
  bool const by_time = judges_rates(circuit) && circuit.window.kind == window_kind::time;
  if (!by_time || rate.per_second == off) return {};
  double const seconds = std::chrono::duration<double>(circuit.window.span).count();
  double const most = rate.burst + rate.per_second * seconds;
  if (most >= circuit.min_calls) return {};
  return {"breaker.min_calls",
          "no rate is ever judged: in " + to_text(circuit.window.span) + " the limiter admits " +
              detail::field_text(static_cast<int>(most)) + " attempts at most",
          "fewer min_calls, or a longer window.span"};
}

/// The operations around one, nearest first; of a chain that nobody reads, the nearest ones.
std::vector<linted> outer_of(linted const& of) {
  constexpr std::size_t most = 16;
  std::vector<linted> outer;
  for (std::string next = of.settings().within; !next.empty() && outer.size() < most;) {
    outer.emplace_back(of.file(), next);
    next = outer.back().settings().within;
  }
  return outer;
}

remark nested_retries(linted const& of) {
  if (of.settings().within.empty() || of.worst_case().attempts < 2) return {};
  double all = of.worst_case().attempts;
  std::string chain = detail::field_text(of.worst_case().attempts);
  bool nested = false;
  for (linted const& each : outer_of(of)) {
    int const attempts = each.worst_case().attempts;
    if (attempts < 2) continue;
    nested = true;
    all *= attempts;
    chain += " x " + std::to_string(attempts) + " (" + each.name() + ")";
  }
  if (!nested) return {};
  return {"within",
          "retries within retries: " + chain + " make up to " + detail::field_text(all) +
              " attempts of one call",
          "retry in one place: the innermost that knows whether it helps"};
}

remark outer_cuts_deadline(linted const& of) {
  if (of.settings().within.empty()) return {};
  linted const outer{of.file(), of.settings().within};
  duration const given = outer.policies().attempt_timeout.limit;
  duration const own = of.policies().total_timeout.limit;
  if (!exceeds(own, given)) return {};
  return {"total_timeout.limit",
          "a call never has " + to_text(own) + ": an attempt of " + outer.name() + " has " +
              to_text(given),
          "a total_timeout below the outer attempt_timeout"};
}

}  // namespace

std::span<checked_rule const> timing_rules() noexcept {
  using enum lint_level;
  static constexpr std::array rules{
      checked_rule{{"attempt_past_total", warning, "An attempt_timeout that is never reached."},
                   &attempt_past_total},
      checked_rule{{"circuit_wait_too_short", warning,
                    "A wait for the circuit that ends before it can be probed."},
                   &circuit_wait_too_short},
      checked_rule{
          {"hedge_past_timeout", warning, "Hedges that start after the attempt has ended."},
          &hedge_past_timeout},
      checked_rule{{"nested_retries", warning, "Retries within retries: attempts multiply."},
                   &nested_retries},
      checked_rule{
          {"no_deadline", warning, "A database, a service or a process that may hang for ever."},
          &no_deadline},
      checked_rule{{"outer_cuts_deadline", warning,
                    "A total_timeout that the attempt around it never allows."},
                   &outer_cuts_deadline},
      checked_rule{{"probe_past_timeout", warning,
                    "Probes that may run for longer than they hold their place."},
                   &probe_past_timeout},
      checked_rule{{"recovery_below_attempt", warning,
                    "A circuit that is probed while old attempts still hang."},
                   &recovery_below_attempt},
      checked_rule{{"retry_past_deadline", warning, "A retry that cannot fit its deadline."},
                   &retry_past_deadline},
      checked_rule{{"slow_call_past_timeout", warning, "A slow_call that no attempt can reach."},
                   &slow_call_past_timeout},
      checked_rule{{"window_below_min_calls", warning,
                    "A window that never holds the calls that a rate needs."},
                   &window_below_min_calls}};
  return rules;
}

}  // namespace holdfast
