#include "explain_print.hpp"
#include "holdfast/base/failure_names.hpp"
#include "holdfast/classify/recovery.hpp"
#include "shown_json.hpp"

#include <utility>

#include <nlohmann/json.hpp>

namespace holdfast::cli {
namespace {

using json = nlohmann::ordered_json;

std::string text(std::string_view view) { return std::string{view}; }

double seconds(duration value) { return std::chrono::duration<double>(value).count(); }

json one(played_attempt const& attempt) {
  json made{{"attempt", attempt.number}, {"at_seconds", seconds(attempt.at)}};
  if (auto const* const pause = std::get_if<core::wait>(&attempt.then)) {
    made["then"] = "wait";
    made["wait_seconds"] = seconds(pause->until - (instant{} + attempt.at));
  } else if (auto const* const ended = std::get_if<core::stop>(&attempt.then)) {
    made["then"] = "stop";
    made["stop_reason"] = text(enum_name(ended->reason));
    made["because"] = text(explain(ended->reason));
  } else {
    made["then"] = "repeat";
  }
  return made;
}

json circuit_of(played_circuit const& played) {
  bool const success = played.counts_as == verdict::success;
  bool const failed = played.counts_as == verdict::failure;
  json made{{"counts_as", success ? "success" : failed ? "failure" : "neutral"}};
  if (played.opens_after) {
    made["opens_after"] = *played.opens_after;
    made["open_seconds"] = seconds(played.open_for);
  }
  return made;
}

json policy_of(explanation const& told) {
  json attempts = json::array();
  for (played_attempt const& each : told.policy.attempts) attempts.push_back(one(each));
  json made{{"idempotent", told.idempotent},
            {"attempts", std::move(attempts)},
            {"circuit", circuit_of(told.policy.circuit)}};
  if (!told.operation.empty()) made["operation"] = told.operation;
  return made;
}

}  // namespace

std::string to_json(explanation const& told) {
  failure const& seen = told.what.seen;
  json made{{"kind", text(name_of(told.kind))},
            {"code", told.code},
            {"name", told.what.name},
            {"phase", text(name_of(told.how.how_far))},
            {"fatal", told.how.fatal},
            {"failure", told.what.is_failure},
            {"category", text(name_of(seen.category))},
            {"severity", text(name_of(seen.severity))},
            {"fault", text(name_of(seen.fault))},
            {"advice", text(name_of(seen.advice))},
            {"poisoned", text(name_of(seen.poisoned))}};
  if (told.what.facts != nullptr) {
    made["at_commit"] = text(name_of(told.what.facts->at_commit));
    made["session_lost"] = told.how.fatal || told.what.facts->session_lost;
    made["row_fault"] = told.what.facts->row_fault;
  }
  made["reason"] = told.what.reason;
  if (told.what.is_failure) {
    json steps = json::array();
    recovery_plan const plan{seen};
    for (recovery_step const each : plan.steps()) steps.push_back(text(enum_name(each)));
    made["recovery"] = std::move(steps);
    made["policy"] = policy_of(told);
  }
  return shown_as_line(std::move(made));
}

}  // namespace holdfast::cli
