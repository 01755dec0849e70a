#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/manage/resilience_file.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// How much a finding matters.
enum class lint_level {
  note,     ///< worth knowing; may well be meant so
  warning,  ///< does not do what it seems to say, or will hurt
};

template <>
struct names_of<lint_level> {
  static constexpr std::array<named_value<lint_level>, 2> table{
      {{lint_level::note, "note"}, {lint_level::warning, "warning"}}};
};

/// What the linter looks for.
struct lint_rule {
  std::string_view name;  ///< "retry_past_deadline"
  lint_level level;
  std::string_view help;  ///< one sentence
};

/// One place where a file that is valid does not do what it seems to say.
struct lint_finding {
  lint_rule rule;
  std::string operation;  ///< the first one that has it; empty for policies and budgets
  std::size_t more = 0;   ///< operations that have it by the same line
  std::string path;       ///< "retry.max_attempts", or "policies.steady"
  text_position where;    ///< of what set it; of the operation, where a default did
  std::string what;       ///< one sentence without a full stop
  std::string remedy;
};

/// All rules, by name.
[[nodiscard]] std::span<lint_rule const> lint_rules();

/// Everything that an expert would remark about a file, by position. What several operations have
/// from the same line is told once.
///
/// Looked at are the operations by their exact names; a pattern where the file names no operation
/// that matches it; the defaults where it names neither.
[[nodiscard]] std::vector<lint_finding> lint(resilience_file const& file);

/// "file:line:column  warning: chembl.page.retry: …" and, indented below it, the remedy.
[[nodiscard]] std::string describe(lint_finding const& found);

/// What `lint` looks at: names of operations and patterns, the empty name for the defaults.
[[nodiscard]] std::vector<std::string> linted_names(resilience_file const& file);

}  // namespace holdfast
