#include "serve/served_json.hpp"

#include "holdfast/state/wall_text.hpp"
#include "holdfast/version.hpp"

#include <optional>

#include <nlohmann/json.hpp>

namespace holdfast {
namespace {

using json = nlohmann::ordered_json;

[[nodiscard]] std::string text_of(json const& made) {
  return made.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

[[nodiscard]] json time_or_null(std::optional<wall_time> at) {
  if (!at) return nullptr;
  return utc_text(*at);
}

template <class Value>
[[nodiscard]] json value_or_null(std::optional<Value> const& value) {
  if (!value) return nullptr;
  return *value;
}

[[nodiscard]] json as_json(circuit_view const& one) {
  json made{{"operation", one.operation},
            {"state", std::string{enum_name(one.state)}},
            {"reason", one.reason},
            {"author", one.author},
            {"since", time_or_null(one.since)},
            {"open_until", time_or_null(one.until)},
            {"generation", one.generation},
            {"consecutive_failures", one.consecutive_failures},
            {"times_opened", one.times_opened},
            {"window", nullptr},
            {"failure_ratio", value_or_null(one.failure_ratio)},
            {"tokens", value_or_null(one.budget_tokens)},
            {"successes", value_or_null(one.successes)},
            {"refusals", value_or_null(one.refusals)},
            {"seen_at", utc_text(one.seen_at)}};
  if (one.window) {
    made["window"] = {{"calls", one.window->calls},
                      {"failures", one.window->failures},
                      {"slow", one.window->slow}};
  }
  return made;
}

[[nodiscard]] json as_json(noted_change const& changed) {
  return {{"from", std::string{enum_name(changed.from)}},
          {"to", std::string{enum_name(changed.to)}},
          {"kind", std::string{changed.kind.view()}},
          {"cause", std::string{changed.cause.view()}},
          {"why", std::string{changed.why.view()}},
          {"author", std::string{changed.author.view()}}};
}

[[nodiscard]] json as_json(failure const& seen) {
  json made{{"category", std::string{name_of(seen.category)}},
            {"severity", std::string{name_of(seen.severity)}},
            {"fault", std::string{name_of(seen.fault)}},
            {"advice", std::string{name_of(seen.advice)}},
            {"text", std::string{seen.text.view()}}};
  if (seen.code.kind != code_kind::none) {
    made["code"] = std::string{name_of(seen.code.kind)} + " " + std::string{seen.code.value.view()};
  }
  return made;
}

/// What is not known of an event is left out.
[[nodiscard]] json as_json(noted_event const& one) {
  json made{{"at", utc_text_to_milliseconds(one.at)}, {"event", std::string{enum_name(one.kind)}}};
  if (!one.correlation_id.empty()) made["correlation_id"] = std::string{one.correlation_id.view()};
  if (one.attempt > 0) made["attempt"] = one.attempt;
  if (one.seen) made["failure"] = as_json(*one.seen);
  if (one.stopped != stop_reason::none) {
    made["stopped"] = std::string{enum_name(one.stopped)};
    made["explanation"] = std::string{explain(one.stopped)};
  }
  if (one.took > duration::zero()) made["took_seconds"] = in_seconds(one.took);
  if (one.pause > duration::zero()) made["pause_seconds"] = in_seconds(one.pause);
  if (one.changed) made["change"] = as_json(*one.changed);
  if (one.amplification > 0) made["amplification"] = one.amplification;
  return made;
}

}  // namespace

std::string circuits_json(std::vector<circuit_view> const& all) {
  json list = json::array();
  for (circuit_view const& each : all) list.push_back(as_json(each));
  return text_of({{"breakers", std::move(list)}});
}

std::string circuit_json(circuit_view const& one) { return text_of(as_json(one)); }

std::string events_json(std::string_view operation, std::vector<noted_event> const& events) {
  json list = json::array();
  for (noted_event const& each : events) list.push_back(as_json(each));
  return text_of({{"operation", std::string{operation}}, {"events", std::move(list)}});
}

std::string health_json(health_report const& seen) {
  json::object_t checks;  // filled without a look for each name: there may be very many
  for (operation_health const& each : seen.operations) {
    json one{{"componentType", "component"},
             {"observedValue", std::string{enum_name(each.state)}},
             {"status", std::string{enum_name(each.status)}}};
    if (!each.reason.empty()) one["output"] = each.reason;
    checks.push_back({each.operation + ":circuit", json::array({std::move(one)})});
  }
  json made{{"status", std::string{enum_name(seen.status)}},
            {"version", "1"},
            {"releaseId", std::string{version_text}},
            {"notes", seen.reasons},
            {"checks", std::move(checks)}};
  return text_of(made);
}

std::string problem_json(unsigned status, std::string_view title, std::string_view detail) {
  return text_of(
      {{"title", std::string{title}}, {"status", status}, {"detail", std::string{detail}}});
}

}  // namespace holdfast
