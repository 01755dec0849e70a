#pragma once

#include "holdfast/config/reading.hpp"
#include "manage/file_contents.hpp"
#include "manage/problem_list.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// Reads a tree into what a resilience file is, and finds all that is wrong with it.
class file_reading {
 public:
  using contents = resilience_file::contents;

  [[nodiscard]] static expected<std::shared_ptr<contents const>, problems> read(
      config_node const& root);

 private:
  explicit file_reading(config_node const& root);

  void read_sections();
  void read_defaults(config_reading const& from);
  void read_policies(config_reading const& from);
  void read_budgets(config_reading const& from);
  void read_operations(config_reading const& from);
  void read_classification(config_reading const& from);
  void read_state(config_reading const& from);

  /// Whether a name may stand there; if not, says so.
  bool accepts_name(config_reading const& from, config_member const& named, bool may_be_pattern);
  void begin_section(config_member const& named, std::string const& path);

  void check_parts();
  void check_references(file_entry const& from);
  void report_unknown(config_node const& word, std::string const& path, std::string_view what,
                      std::vector<std::string_view> const& known);
  void check_merged();
  void check_merged(std::string const& name, std::string const& path);
  void check_nesting();
  void walk_outwards(std::string_view from, std::map<std::string_view, std::string_view>& seen);

  config_node const& root_;
  std::shared_ptr<contents> to_;
  problem_list found_;
  entry_merge merge_;
  std::vector<std::string_view> policy_names_;
  std::vector<std::string_view> budget_names_;
  std::vector<std::string_view> operation_names_;
  /// Where an operation says what it is called within.
  contents::by_name<config_node> outer_;
};

}  // namespace holdfast
