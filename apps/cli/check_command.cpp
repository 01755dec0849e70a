#include "commands.hpp"
#include "holdfast/base/excerpt.hpp"
#include "holdfast/base/units.hpp"
#include "holdfast/config/suggest.hpp"
#include "holdfast/connect/sqlite/state_store.hpp"
#include "holdfast/manage/lint.hpp"
#include "holdfast/manage/worst_case.hpp"
#include "holdfast/state/store_factories.hpp"
#include "shown_json.hpp"
#include "telling.hpp"
#include "text_table.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace holdfast::cli {
namespace {

using json = nlohmann::ordered_json;

constexpr char const* about =
    "Checks a resilience file, and tells what each operation can come to at the worst.\n\n"
    "Everything that is wrong is told at once, by line and column. What is valid and does not do "
    "what\nit seems to say is a warning: retries within retries, a retry that cannot fit its "
    "deadline, a\ncircuit that never opens.\n";

constexpr char const* examples =
    "\nExamples:\n"
    "  holdfast check resilience.yaml\n"
    "  holdfast check resilience.yaml --json\n"
    "  holdfast check --rules\n"
    "\nExit codes: 0 all is well; 1 the file is valid, and the linter warns; 2 the file is wrong, "
    "or\ncan't be read. --json prints one object a line. The file, and every rule: "
    "docs/configuration.md\n";

struct arguments {
  std::string file;
  bool rules = false;
  bool as_json = false;
};

struct operation_case {
  std::string name;
  worst_case at_worst;
};

/// What is said of a file that could be read.
struct checked_file {
  std::vector<lint_finding> findings;
  std::vector<operation_case> cases;
};

bool is_warning(lint_finding const& each) { return each.rule.level == lint_level::warning; }

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string{what} + (count == 1 ? "" : "s");
}

/// Whole milliseconds; "no end" where nothing bounds it.
std::string shown(duration value) {
  if (is_off(value)) return "no end";
  return to_text(duration{std::chrono::round<std::chrono::milliseconds>(value)});
}

std::string name_of_case(operation_case const& each) {
  return each.name.empty() ? "(defaults)" : excerpt(each.name, 60);
}

std::string to_text(checked_file const& told) {
  std::string text;
  for (lint_finding const& each : told.findings) text += describe(each) + "\n";
  if (!told.findings.empty()) text += "\n";
  text_table table;
  table.add({"one call at the worst", "attempts", "time", "where the server asks to wait"});
  for (operation_case const& each : told.cases) {
    table.add({name_of_case(each), std::to_string(each.at_worst.attempts),
               shown(each.at_worst.time), shown(each.at_worst.time_if_told_to_wait)});
  }
  auto const warnings = static_cast<std::size_t>(std::ranges::count_if(told.findings, is_warning));
  return text + table.text() + "\n" + counted(warnings, "warning") + ", " +
         counted(told.findings.size() - warnings, "note") + "\n";
}

json place_of(text_position const& where) {
  return {{"source", where.source}, {"line", where.line}, {"column", where.column}};
}

json seconds(duration value) {
  if (is_off(value)) return nullptr;
  return std::chrono::duration<double>(value).count();
}

std::string to_json(lint_finding const& each) {
  json made{{"type", std::string{enum_name(each.rule.level)}},
            {"rule", std::string{each.rule.name}},
            {"operation", each.operation},
            {"more_operations", each.more},
            {"path", each.path}};
  made.update(place_of(each.where));
  made["what"] = each.what;
  made["remedy"] = each.remedy;
  return shown_as_line(std::move(made)) + "\n";
}

std::string to_json(problem const& each) {
  json made{{"type", "problem"}};
  made.update(place_of(each.where));
  made["what"] = each.what;
  made["remedy"] = each.remedy;
  return shown_as_line(std::move(made)) + "\n";
}

std::string to_json(operation_case const& each) {
  return shown_as_line({{"type", "operation"},
                        {"operation", each.name},
                        {"attempts", each.at_worst.attempts},
                        {"seconds", seconds(each.at_worst.time)},
                        {"seconds_if_told_to_wait", seconds(each.at_worst.time_if_told_to_wait)}}) +
         "\n";
}

std::string to_json(checked_file const& told) {
  std::string lines;
  for (lint_finding const& each : told.findings) lines += to_json(each);
  for (operation_case const& each : told.cases) lines += to_json(each);
  return lines;
}

int refuse_file(problems const& found, bool as_json) {
  if (!as_json) {
    tell(describe(found) + "\n" + counted(found.size(), "problem"));
    return usage;
  }
  std::string lines;
  for (problem const& each : found) lines += to_json(each);
  static_cast<void>(put_json(lines));
  return usage;
}

int list_rules(bool as_json) {
  text_table table;
  std::string lines;
  for (lint_rule const& each : lint_rules()) {
    std::string const level{enum_name(each.level)};
    table.add({std::string{each.name}, level, std::string{each.help}});
    lines += shown_as_line({{"type", "rule"},
                            {"rule", std::string{each.name}},
                            {"level", level},
                            {"help", std::string{each.help}}}) +
             "\n";
  }
  bool const told = as_json ? put_json(lines) : put_result(table.text());
  return told ? all_well : usage;
}

/// What is wrong with the store that the file names. A program may bring stores of its own, so a
/// scheme that is not known here is wrong only where it looks like one that is.
std::optional<problem> wrong_store(resilience_file const& file, std::string const& path) {
  std::string const& url = file.state().store;
  if (url.empty()) return std::nullopt;
  auto store = store_factories{sqlite_stores()}.open(url);
  if (store) return std::nullopt;
  std::vector<std::string_view> const known{"file", "sqlite"};
  auto const colon = url.find(':');
  std::string_view const scheme = std::string_view{url}.substr(0, colon);
  bool const is_known = std::ranges::find(known, scheme) != known.end();
  bool const may_be_own =
      colon != std::string::npos && !is_known && !nearest_word(scheme, known).has_value();
  if (may_be_own) return std::nullopt;
  problem found = std::move(store.error());
  found.where.source = path + ": state.store";
  return found;
}

int check(arguments const& given) {
  if (given.rules) return list_rules(given.as_json);
  if (given.file.empty()) {
    return refuse({{{"check", 0, 0}, "which file?", "a resilience file, or --rules"}});
  }
  auto const file = resilience_file::read(given.file);
  if (!file) return refuse_file(file.error(), given.as_json);
  if (auto const wrong = wrong_store(*file, given.file)) {
    return refuse_file({*wrong}, given.as_json);
  }
  checked_file told{.findings = lint(*file), .cases = {}};
  for (std::string const& name : linted_names(*file)) {
    told.cases.push_back({name, worst_case_of(file->settings_for(name))});
  }
  bool const printed = given.as_json ? put_json(to_json(told)) : put_result(to_text(told));
  if (!printed) return usage;
  return std::ranges::any_of(told.findings, is_warning) ? with_warnings : all_well;
}

}  // namespace

void add_check_command(CLI::App& program, int& result) {
  CLI::App* const check_file = program.add_subcommand("check", about);
  check_file->footer(examples);
  auto const given = std::make_shared<arguments>();
  check_file->add_option("file", given->file, "YAML or JSON")->type_name("FILE");
  check_file->add_flag("--rules", given->rules, "list what the linter looks for");
  check_file->add_flag("--json", given->as_json, "one JSON object a line");
  check_file->callback([given, &result] { result = check(*given); });
}

}  // namespace holdfast::cli
