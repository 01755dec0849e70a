#pragma once

#include "holdfast/manage/resilience_file.hpp"
#include "manage/file_entry.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// Where a part of a file begins; it ends where the next one does.
struct section_start {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string name;  ///< "policies.steady"
};

/// All that was read of a file.
struct resilience_file::contents {
  template <class Value>
  using by_name = std::map<std::string, Value, std::less<>>;

  std::string source;
  file_entry defaults;
  by_name<file_entry> policies;
  by_name<file_entry> entries;  ///< operations, and patterns as they are written
  std::vector<std::string> operations;
  std::vector<std::string> patterns;
  by_name<operation_settings> settings;  ///< of the operations by their exact names
  by_name<budget> budgets;
  by_name<config_node> budget_trees;
  by_name<text_position> budget_places;  ///< of their names
  classification_rules classification;
  rule_set rules;
  state_settings state;
  std::vector<section_start> sections;  ///< in the order of the text

  /// What holds for an operation, a pattern as it is written, or the empty name: later ones win.
  [[nodiscard]] std::vector<file_entry const*> layers_of(std::string_view name) const;

  /// In which part of the file something stands.
  [[nodiscard]] std::string_view section_of(config_node const& node) const noexcept;

 private:
  void add_layer(file_entry const& each, std::vector<file_entry const*>& to) const;
};

[[nodiscard]] inline bool is_pattern(std::string_view name) noexcept {
  return name.find('*') != std::string_view::npos;
}

}  // namespace holdfast
