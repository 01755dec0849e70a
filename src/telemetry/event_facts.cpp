#include "telemetry/event_facts.hpp"

#include "holdfast/redact/redact.hpp"
#include "telemetry/log_text.hpp"

#include <utility>

namespace holdfast {
namespace {

[[nodiscard]] log_level level_of(severity how_bad) noexcept {
  switch (how_bad) {
    case severity::low:
    case severity::medium: return log_level::warn;
    case severity::high: return log_level::error;
    case severity::critical: break;
  }
  return log_level::critical;
}

[[nodiscard]] log_level level_of(transition const& changed) noexcept {
  switch (changed.to) {
    case breaker_state::closed:
    case breaker_state::half_open:
    case breaker_state::ramping: return log_level::info;
    case breaker_state::open:
      return changed.reason == transition_reason::probe_failed ? log_level::warn : log_level::error;
    case breaker_state::forced_open:
    case breaker_state::disabled:
    case breaker_state::observe_only: break;
  }
  return log_level::warn;
}

/// What went wrong: also before a call that recovered.
[[nodiscard]] failure const* failure_of(event const& what) noexcept {
  if (what.seen != nullptr) return what.seen;
  return what.told != nullptr && what.told->last ? &what.told->last->seen : nullptr;
}

/// A guard has redacted what it tells; others who make events may not have.
[[nodiscard]] std::string shown_story(event const& what) {
  story told = *what.told;
  auto const clean = [](told_attempt& each) { each.seen.text = redacted(each.seen.text); };
  if (told.first) clean(*told.first);
  if (told.last) clean(*told.last);
  return shown_text(describe(told, what.operation));
}

[[nodiscard]] std::string shown_cause(transition changed) {
  changed.why = redacted(changed.why);
  return shown_text(describe_cause(changed));
}

void say(log_record& line, event const& what, std::string const& text) {
  if (what.told != nullptr) {
    line.said_as = "story";
    line.said = shown_story(what);
  } else if (what.changed != nullptr) {
    line.said_as = "cause";
    line.said = shown_cause(*what.changed);
  } else if (!text.empty()) {
    line.said_as = "text";
    line.said = text;
  }
}

[[nodiscard]] std::string text_of(failure_code const& code) {
  if (code.kind == code_kind::none) return {};
  std::string text{name_of(code.kind)};
  if (!code.value.empty()) text.append(" ").append(redacted(code.value).view());
  return text;
}

void add_failure(log_record& line, failure const& seen) {
  line.add("category", name_of(seen.category));
  line.add("severity", name_of(seen.severity));
  line.add("fault", name_of(seen.fault));
  line.add("code", text_of(seen.code));
}

void add_reason(log_record& line, stop_reason why) {
  if (why != stop_reason::none) line.add("reason", enum_name(why));
}

void add_change(log_record& line, transition const& changed) {
  line.add("reason", enum_name(changed.reason));
  line.add("from", enum_name(changed.from));
  line.add("to", enum_name(changed.to));
  bool const is_open =
      changed.to == breaker_state::open || changed.to == breaker_state::forced_open;
  bool const is_forced = changed.reason == transition_reason::forced;
  if (changed.open_until == never_reached || (!is_open && !is_forced)) return;
  line.add(is_open ? "open_for" : "override_for", elapsed(changed.at, changed.open_until));
}

void add_story(log_record& line, story const& told) {
  line.add("attempts", std::int64_t{told.attempts});
  line.add("elapsed", told.elapsed);
}

/// Names alone: detail and hint may hold values of a row.
void add_context(log_record& line, failure_context const& known) {
  line.add("phase", name_of(known.how_far));
  server_fields const& server = known.server;
  auto const add = [&](std::string_view name, auto const& text) {
    line.add(name, redacted(text).view());
  };
  add("server_severity", server.severity);
  add("schema", server.schema);
  add("table", server.table);
  add("column", server.column);
  add("data_type", server.data_type);
  add("constraint", server.constraint);
  add("routine", server.routine);
}

}  // namespace

log_level level_of(event const& what) noexcept {
  switch (what.kind) {
    case event_kind::call_failed: {
      failure const* const seen = failure_of(what);
      return seen != nullptr ? level_of(seen->severity) : log_level::warn;
    }
    case event_kind::breaker_changed:
      return what.changed != nullptr ? level_of(*what.changed) : log_level::warn;
    case event_kind::call_refused:
    case event_kind::unbounded_call:
    case event_kind::unhedged_call:
    case event_kind::amplification: return log_level::warn;
    case event_kind::attempt_failed:
    case event_kind::call_recovered:
    case event_kind::hedge_refused: return log_level::info;
    case event_kind::hedge_started: break;
  }
  return log_level::debug;
}

trouble trouble_of(event const& what) noexcept {
  trouble same{.operation = what.operation, .kind = what.kind, .reason = what.stopped};
  if (failure const* const seen = failure_of(what)) {
    same.category = seen->category;
    same.code = seen->code;
  }
  return same;
}

log_record record_of(event const& what, std::chrono::system_clock::time_point at) {
  log_record line{.at = at,
                  .level = level_of(what),
                  .event = std::string{enum_name(what.kind)},
                  .operation = shown_text(what.operation)};
  failure const* const seen = failure_of(what);
  std::string const text{seen != nullptr ? redacted(seen->text).view() : std::string_view{}};
  say(line, what, text);
  line.add("correlation_id", shown_text(what.correlation_id));
  line.add("attempt", std::int64_t{what.attempt});
  if (seen != nullptr) add_failure(line, *seen);
  add_reason(line, what.stopped);
  if (line.said_as != "text") line.add("text", text);
  line.add("pause", what.pause);
  line.add("took", what.took);
  if (what.told != nullptr) add_story(line, *what.told);
  if (what.changed != nullptr) add_change(line, *what.changed);
  line.add("amplification", static_cast<std::int64_t>(what.amplification));
  if (what.context != nullptr) add_context(line, *what.context);
  return line;
}

log_record record_of(repeated_trouble const& what, std::chrono::system_clock::time_point at) {
  log_record line{.at = at,
                  .level = what.level,
                  .event = "repeated",
                  .operation = shown_text(what.what.operation)};
  line.add("of", enum_name(what.what.kind));
  line.add("times", what.times);
  line.add("since", timestamp_text(what.since));
  line.facts.push_back({"window", what.window});
  if (what.what.category) line.add("category", name_of(*what.what.category));
  line.add("code", text_of(what.what.code));
  add_reason(line, what.what.reason);
  return line;
}

}  // namespace holdfast
