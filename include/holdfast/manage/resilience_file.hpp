#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/classify/rules/classification_rules.hpp"
#include "holdfast/classify/rules/rule_set.hpp"
#include "holdfast/core/budget.hpp"
#include "holdfast/manage/field_origin.hpp"
#include "holdfast/manage/operation_settings.hpp"
#include "holdfast/manage/state_settings.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast {

/// What holds for which operation, as one YAML or JSON file says it: read, checked, and from then
/// on unchanged. docs/configuration.md tells the file.
///
/// An operation inherits field by field, what comes later winning: `defaults`, the patterns that
/// its name matches from the shortest to the longest, its own entry; within each of these the
/// policies that it uses in their order, then its own fields. A policy that nobody writes is off,
/// as in operation_options; one that is written begins with its own defaults, as in code.
///
/// A handle: copies share what was read. Thread-safe. Memory: about the tree (see parse_yaml) and a
/// kilobyte an operation.
class resilience_file {
 public:
  static constexpr std::size_t most_operations = 10'000;  ///< Patterns included.
  static constexpr std::size_t most_entry_values = 1000;  ///< In one operation, policy, defaults.
  static constexpr std::size_t most_policies_used = 16;   ///< By one entry.
  static constexpr std::size_t most_problems = 100;       ///< Told; the rest is counted.

  /// An empty file: every operation has the defaults of operation_options.
  resilience_file();

  /// Everything that is wrong is told at once, by position; then nothing was read. What many
  /// operations inherit is told once. Limits are those of parse_yaml and those above.
  [[nodiscard]] static expected<resilience_file, problems> read(std::string const& path);

  /// The same from a text, `source` being its name in problems.
  [[nodiscard]] static expected<resilience_file, problems> parse(std::string_view text,
                                                                 std::string source);

  /// The operations by their exact names, in the order of the file.
  [[nodiscard]] std::vector<std::string> const& operations() const noexcept;

  /// The patterns as they are written ("db.*"), in the order of the file.
  [[nodiscard]] std::vector<std::string> const& patterns() const noexcept;

  /// What holds for the operation of that name, whether the file names it or not; also for a
  /// pattern as it is written, and for the empty name: the defaults. Always valid options, but for
  /// the length of a name that the file does not know.
  /// Cost: a copy for a name of the file, otherwise some microseconds.
  [[nodiscard]] operation_settings settings_for(std::string_view name) const;

  /// Every field of these settings with who set it, in the order of policies and field tables. A
  /// policy that is off has one line.
  [[nodiscard]] std::vector<field_origin> origins(std::string_view name) const;

  /// Where the name of an operation or a pattern stands; line 0 where the file does not name it.
  [[nodiscard]] text_position place_of(std::string_view name) const;

  /// Policies and budgets that nothing uses, each by its path ("policies.steady") and its place.
  [[nodiscard]] std::vector<std::pair<std::string, text_position>> unused() const;

  /// What several operations share, by name.
  [[nodiscard]] std::map<std::string, budget, std::less<>> const& budgets() const noexcept;

  [[nodiscard]] classification_rules const& classification() const noexcept;
  /// The same made ready.
  [[nodiscard]] rule_set const& rules() const noexcept;

  [[nodiscard]] state_settings const& state() const noexcept;

  /// The name that it was read by.
  [[nodiscard]] std::string const& source() const noexcept;

 private:
  friend class file_reading;
  struct contents;
  explicit resilience_file(std::shared_ptr<contents const> read) noexcept;

  std::shared_ptr<contents const> read_;
};

}  // namespace holdfast
