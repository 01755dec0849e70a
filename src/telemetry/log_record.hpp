#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/telemetry/event_log.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace holdfast {

/// One fact. A duration is told in seconds, under its name with `_seconds` behind it, or to people
/// with its unit.
struct log_fact {
  std::string_view name;
  std::variant<std::string, std::int64_t, double, duration> value;
};

/// All that one line says. Texts have no secrets any more, and are not escaped yet.
struct log_record {
  std::chrono::system_clock::time_point at{};
  log_level level = log_level::info;
  std::string event{};
  std::string operation{};
  std::string_view said_as{};  ///< the name of `said`
  std::string said{};          ///< the sentence that tells most, where there is one
  std::vector<log_fact> facts{};

  /// Adds a fact, where it is known.
  void add(std::string_view name, std::string_view text);
  void add(std::string_view name, std::int64_t number);
  void add(std::string_view name, duration span);
};

/// A record as a line without its end; shorter than event_log::longest_line.
[[nodiscard]] std::string line_of(log_record const& what, log_format format);

}  // namespace holdfast
