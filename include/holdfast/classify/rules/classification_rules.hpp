#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/base/failure_names.hpp"
#include "holdfast/base/field.hpp"

#include <optional>
#include <string>
#include <vector>

namespace holdfast {

/// One rule of the user's own: which failures it is meant for, and what they mean here. What a rule
/// does not say stays as it was, but for the fault, which follows the category.
struct classification_rule {
  std::optional<code_kind> kind{};  ///< Where the code comes from; needed with `code`.
  std::string code{};               ///< "40001", a class "23*", or "5xx": x is any one character.
  std::string pattern{};            ///< RE2, somewhere in the failure's text.
  std::optional<holdfast::category> category{};
  std::optional<holdfast::severity> severity{};
  std::optional<holdfast::fault> fault{};
  std::optional<holdfast::advice> advice{};

  bool operator==(classification_rule const&) const = default;
};

/// Rules in order: the first that is meant for a failure decides.
struct classification_rules {
  static constexpr std::size_t most_rules = 1000;
  static constexpr std::size_t most_pattern_bytes = 1000;

  std::vector<classification_rule> rules{};

  bool operator==(classification_rules const&) const = default;
};

template <>
struct fields_of<classification_rule> {
  static constexpr auto table = std::tuple{
      field("kind", &classification_rule::kind, "Where the code comes from."),
      field("code", &classification_rule::code,
            "The code as holdfast explain shows it; 23* is a class of codes, and in 5xx each x is "
            "any character."),
      field("pattern", &classification_rule::pattern,
            "A regular expression (RE2) that is found somewhere in the failure's text."),
      field("category", &classification_rule::category, "What kind of thing went wrong."),
      field("severity", &classification_rule::severity, "How loudly an operator is told."),
      field("fault", &classification_rule::fault,
            "Whose fault it is; where only a category is given, the one usual for that."),
      field("advice", &classification_rule::advice, "Whether and how it is safe to try again.")};

  /// A code without its kind, a code or a pattern that can't be read, a rule for everything, or one
  /// that changes nothing.
  static std::vector<field_problem> contradictions(classification_rule const& rule);
};

template <>
struct fields_of<classification_rules> {
  static constexpr auto table = std::tuple{
      field("rules", &classification_rules::rules, "Rules in order; the first that fits decides.")};

  static std::vector<field_problem> contradictions(classification_rules const& all);
};

}  // namespace holdfast
