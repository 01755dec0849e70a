#pragma once

#include "explain_policy.hpp"
#include "explain_subject.hpp"

#include <string>

namespace holdfast::cli {

/// All that is said of one code.
struct explanation {
  code_kind kind{};
  std::string code;  ///< as `failure_code` holds it
  explain_circumstances how;
  bool idempotent = false;
  std::string operation{};  ///< whose policies they are; empty: the default ones
  explained what;
  played_policy policy;
};

/// Lines for people, each with its end.
[[nodiscard]] std::string to_text(explanation const& told);

/// One line for a list of many: code, name and verdict.
[[nodiscard]] std::string to_line(explanation const& told);

/// One JSON object in one line.
[[nodiscard]] std::string to_json(explanation const& told);

}  // namespace holdfast::cli
