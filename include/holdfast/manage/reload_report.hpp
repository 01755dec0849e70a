#pragma once

#include "holdfast/base/problem.hpp"

#include <string>
#include <vector>

namespace holdfast {

/// One field that a reload has changed.
struct field_change {
  std::string path;    ///< "retry.max_attempts"
  std::string before;  ///< as a file would say it: "4", "250ms", "off"; empty: not there
  std::string after;
  text_position where;  ///< of the new value; line 0 where it is the default

  friend bool operator==(field_change const&, field_change const&) = default;
};

/// What a reload has changed for one operation.
struct operation_change {
  std::string operation;
  std::vector<field_change> fields;

  friend bool operator==(operation_change const&, operation_change const&) = default;
};

/// What a reload has changed. Operations without a guard are not in it: nothing changed for them
/// yet.
struct reload_report {
  std::vector<operation_change> operations{};  ///< by name
  std::vector<std::string> budgets{};          ///< shared ones in use whose options changed
  bool rules_changed = false;                  ///< those of `classify`
  /// What changed in the file but holds only from the next start on: "state.store".
  std::vector<std::string> at_next_start{};

  [[nodiscard]] bool changes_nothing() const noexcept {
    return operations.empty() && budgets.empty() && !rules_changed && at_next_start.empty();
  }
};

/// Lines for people; "nothing has changed" where that is so.
[[nodiscard]] std::string describe(reload_report const& done);

}  // namespace holdfast
