#pragma once

#include "holdfast/manage/lint.hpp"
#include "holdfast/manage/resilience_file.hpp"
#include "holdfast/manage/worst_case.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// One operation under the eyes of the linter.
class linted {
 public:
  linted(resilience_file const& file, std::string name);

  [[nodiscard]] std::string const& name() const noexcept { return name_; }
  [[nodiscard]] resilience_file const& file() const noexcept { return *file_; }
  [[nodiscard]] operation_settings const& settings() const noexcept { return settings_; }
  [[nodiscard]] operation_options const& policies() const noexcept { return settings_.policies; }
  [[nodiscard]] holdfast::worst_case const& worst_case() const noexcept { return worst_case_; }
  /// The budget that its retries are paid from.
  [[nodiscard]] budget const& paying() const;

  /// Whether the file sets a field, or any field of a policy.
  [[nodiscard]] bool sets(std::string_view path) const;
  /// Where a field was set; where it was not, its policy; else the operation.
  [[nodiscard]] text_position place_of(std::string_view path) const;

 private:
  [[nodiscard]] field_origin const* origin_of(std::string_view path) const;

  resilience_file const* file_;
  std::string name_;
  operation_settings settings_;
  holdfast::worst_case worst_case_;
  std::map<std::string, field_origin, std::less<>> origins_;  ///< of the fields that the file sets
};

/// What one rule says of one operation; nothing where `what` is empty.
struct remark {
  std::string path;
  std::string what;
  std::string remedy;
};

/// A rule with its check.
struct checked_rule {
  lint_rule rule;
  remark (*check)(linted const& of);
};

/// The rules about single policies, and those about what is around an operation.
[[nodiscard]] std::span<checked_rule const> policy_rules() noexcept;
[[nodiscard]] std::span<checked_rule const> timing_rules() noexcept;

}  // namespace holdfast
