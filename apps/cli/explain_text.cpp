#include "explain_print.hpp"
#include "holdfast/base/excerpt.hpp"
#include "holdfast/base/failure_names.hpp"
#include "holdfast/base/units.hpp"
#include "holdfast/classify/recovery.hpp"

namespace holdfast::cli {
namespace {

void add_row(std::string& to, std::string_view name, std::string_view value,
             std::string_view note = {}) {
  to.append("  ").append(name).append(12 - name.size(), ' ').append(value);
  if (!note.empty()) to.append(": ").append(note);
  to += '\n';
}

/// A duration as people read it: whole milliseconds where it is longer than some of them.
std::string shown(duration value) {
  using std::chrono::milliseconds;
  constexpr duration fine = milliseconds{10};
  return holdfast::to_text(value > fine ? duration{std::chrono::round<milliseconds>(value)}
                                        : value);
}

std::string_view mark_of(verdict counts_as) {
  switch (counts_as) {
    case verdict::success: return "counts as a success: the service answered, so it is alive";
    case verdict::failure: return "counts as a failure of the service";
    case verdict::neutral:
    case verdict::abandoned: break;
  }
  return "does not count: it says nothing about the service";
}

std::string_view note_on(fault whose) {
  switch (whose) {
    case fault::dependency: return "counts against the circuit";
    case fault::caller: return "proof that the service is alive";
    case fault::local: return "our own, not counted";
    case fault::nobody: break;
  }
  return "not counted";
}

void add_verdict(std::string& to, explanation const& told) {
  failure const& seen = told.what.seen;
  add_row(to, "category", name_of(seen.category));
  add_row(to, "severity", name_of(seen.severity));
  add_row(to, "fault", name_of(seen.fault), note_on(seen.fault));
  add_row(to, "advice", name_of(seen.advice), strategy_for(seen).help);
  add_row(to, "poisoned", name_of(seen.poisoned));
  if (told.what.facts != nullptr) {
    add_row(to, "at commit", name_of(told.what.facts->at_commit),
            told.how.fatal ? "unless it is FATAL, as here: unknown then" : "");
    add_row(to, "row fault", told.what.facts->row_fault ? "yes" : "no");
  }
  add_row(to, "reason", told.what.reason);
}

/// What a connector can do where the guard repeats nothing.
void add_connectors_part(std::string& to, recovery_plan const& plan) {
  std::string steps;
  for (recovery_step const step : plan.steps()) {
    bool const of_the_guard =
        step == recovery_step::wait || step == recovery_step::repeat || step == recovery_step::fail;
    if (!of_the_guard) steps.append(steps.empty() ? "" : ", then ").append(help_on(step));
  }
  if (!steps.empty()) to.append("    a connector may: ").append(steps).append("\n");
}

void add_attempt(std::string& to, played_attempt const& attempt, recovery_plan const& plan) {
  to.append("  attempt ").append(std::to_string(attempt.number)).append(" fails at ");
  to.append(shown(attempt.at)).append("\n");
  if (auto const* const ended = std::get_if<core::stop>(&attempt.then)) {
    to.append("    stop (").append(enum_name(ended->reason)).append("): ");
    to.append(explain(ended->reason)).append("\n");
    bool const decided =
        ended->reason == stop_reason::permanent || ended->reason == stop_reason::in_doubt;
    if (decided) add_connectors_part(to, plan);
    return;
  }
  auto const* const pause = std::get_if<core::wait>(&attempt.then);
  for (recovery_step const step : plan.steps()) {
    if (step == recovery_step::repeat) break;
    bool const waits = step == recovery_step::wait;
    if (waits && pause == nullptr) continue;
    to.append("    ").append(enum_name(step));
    if (waits) to.append(" ").append(shown(pause->until - (instant{} + attempt.at)));
    if (!waits) to.append(": ").append(help_on(step));
    to += '\n';
  }
}

void add_policy(std::string& to, explanation const& told) {
  if (told.operation.empty()) {
    to.append("\nA call of which every attempt fails so, under retry{");
    to.append(told.idempotent ? ".idempotent = true" : "").append("} and breaker{}:\n");
  } else {
    to.append("\nA call of ").append(excerpt(told.operation));
    to.append(" of which every attempt fails so at once:\n");
  }
  recovery_plan const plan{told.what.seen};
  for (played_attempt const& each : told.policy.attempts) add_attempt(to, each, plan);
  auto const& circuit = told.policy.circuit;
  to.append("  each attempt ").append(mark_of(circuit.counts_as)).append("\n");
  if (circuit.opens_after) {
    to.append("  ").append(std::to_string(*circuit.opens_after));
    to.append(" in a row open the circuit, for ").append(shown(circuit.open_for)).append("\n");
  }
}

}  // namespace

std::string to_text(explanation const& told) {
  std::string text{name_of(told.kind)};
  text.append(" ").append(told.code);
  if (!told.what.name.empty() && told.what.name != told.code) {
    text.append(" ").append(told.what.name);
  }
  if (has_phases(told.kind)) text.append(", phase ").append(name_of(told.how.how_far));
  text.append(told.how.fatal ? ", FATAL\n" : "\n");
  add_verdict(text, told);
  if (!told.what.is_failure) return text + "\nIt is no failure: nothing is done.\n";
  add_policy(text, told);
  return text;
}

std::string to_line(explanation const& told) {
  failure const& seen = told.what.seen;
  std::string line = told.code;
  for (std::string_view const cell :
       {std::string_view{told.what.name}, name_of(seen.category), name_of(seen.severity),
        name_of(seen.fault), name_of(seen.advice), name_of(seen.poisoned)}) {
    line.append("\t").append(cell);
  }
  return line + "\n";
}

}  // namespace holdfast::cli
