#pragma once

#include "holdfast/telemetry/event_log.hpp"

#include <chrono>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <spdlog/sinks/ostream_sink.h>

namespace holdfast {

using log_json = nlohmann::json;

/// 2026-11-30T20:31:12.123Z
inline constexpr std::chrono::system_clock::time_point log_start =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 30} + std::chrono::hours{20} +
    std::chrono::minutes{31} + std::chrono::milliseconds{12'123};

/// A log into a text, at a time of day that moves only when told.
struct log_bench {
  explicit log_bench(event_log_options options = {}) : log{options, sink, [this] { return now; }} {}

  std::chrono::system_clock::time_point now = log_start;
  std::ostringstream text;
  std::shared_ptr<spdlog::sinks::sink> sink =
      std::make_shared<spdlog::sinks::ostream_sink_st>(text);
  event_log log;

  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::istringstream in{text.str()};
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }

  /// All lines as JSON; one that is none ends the test.
  [[nodiscard]] std::vector<log_json> told() const {
    std::vector<log_json> all;
    for (std::string const& line : lines()) all.push_back(log_json::parse(line));
    return all;
  }

  /// The line of an event that is told alone.
  [[nodiscard]] log_json line_of(event const& what) {
    text.str({});
    log.on_event(what);
    return log_json::parse(text.str());
  }
};

[[nodiscard]] inline failure http_503() {
  return {.category = category::transient,
          .severity = severity::medium,
          .fault = fault::dependency,
          .advice = advice::after_backoff,
          .code = {code_kind::http, "503"},
          .text = "Service Unavailable"};
}

/// Three attempts, all of which ended in the same way, 40 ms each.
[[nodiscard]] inline story three_failures(failure const& seen) {
  using std::chrono::milliseconds;
  story told;
  for (int attempt = 1; attempt <= 3; ++attempt) {
    told.attempts = attempt;
    told.tell(seen, milliseconds{40});
    if (attempt < 3) told.tell_pause(milliseconds{100});
  }
  told.elapsed = milliseconds{320};
  told.stopped = stop_reason::attempts_spent;
  return told;
}

}  // namespace holdfast
