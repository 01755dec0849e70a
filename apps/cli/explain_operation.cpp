#include "explain_operation.hpp"

#include "config_choice.hpp"
#include "holdfast/base/excerpt.hpp"
#include "holdfast/base/units.hpp"
#include "holdfast/config/suggest.hpp"
#include "holdfast/manage/worst_case.hpp"
#include "shown_json.hpp"
#include "text_table.hpp"

#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace holdfast::cli {
namespace {

using json = nlohmann::ordered_json;

std::string shown(duration value) {
  if (is_off(value)) return "without end";
  return holdfast::to_text(duration{std::chrono::round<std::chrono::milliseconds>(value)});
}

std::string place_text(text_position const& where) {
  return where.source + ":" + std::to_string(where.line) + ":" + std::to_string(where.column);
}

/// What is said where the file does not name the operation: the name may be mistyped.
std::string unnamed(asked_operation const& asked) {
  std::vector<std::string> const& operations = asked.file.operations();
  std::vector<std::string_view> const known{operations.begin(), operations.end()};
  std::string text = "the file does not name it";
  if (auto const near = nearest_word(asked.name, known)) {
    text += "; did you mean " + std::string{*near} + "?";
  }
  return text;
}

std::string worst_text(worst_case const& at_worst) {
  std::string text = "One call at the worst: ";
  text.append(std::to_string(at_worst.attempts));
  text.append(at_worst.attempts == 1 ? " attempt, " : " attempts, ").append(shown(at_worst.time));
  if (at_worst.time_if_told_to_wait != at_worst.time) {
    text.append("; where the server asks to wait, ").append(shown(at_worst.time_if_told_to_wait));
  }
  return text;
}

json seconds(duration value) {
  if (is_off(value)) return nullptr;
  return std::chrono::duration<double>(value).count();
}

}  // namespace

operation_options asked_operation::policies() const {
  operation_settings settings = file.settings_for(name);
  auto const shared = file.budgets().find(settings.budget);
  if (shared != file.budgets().end()) settings.policies.budget = shared->second;
  return std::move(settings.policies);
}

expected<asked_operation, problems> find_operation(std::string const& name,
                                                   std::string const& config) {
  std::string const path = chosen_config(config);
  if (path.empty()) {
    return unexpected{problems{{{"--operation", 0, 0},
                                "in which file?",
                                "--config FILE, or the environment variable HOLDFAST_CONFIG"}}};
  }
  return resilience_file::read(path).map([&](resilience_file&& read) {
    return asked_operation{name, std::move(read)};
  });
}

std::string to_text(asked_operation const& asked) {
  text_position const where = asked.file.place_of(asked.name);
  std::string text = excerpt(asked.name, 120) + ", ";
  text.append(where.line > 0 ? place_text(where) : unnamed(asked)).append("\n");
  text_table table;
  for (field_origin const& each : asked.file.origins(asked.name)) {
    table.add({"  " + each.path, excerpt(each.value, 60),
               each.is_default() ? "default" : place_text(each.where), each.section});
  }
  text += table.text();
  return text + "\n" + worst_text(worst_case_of(asked.file.settings_for(asked.name))) + "\n";
}

std::string to_json(asked_operation const& asked) {
  json fields = json::array();
  for (field_origin const& each : asked.file.origins(asked.name)) {
    json field{{"path", each.path}, {"value", each.value}, {"set_by", "default"}};
    if (!each.is_default()) {
      field["set_by"] = each.section;
      field["source"] = each.where.source;
      field["line"] = each.where.line;
      field["column"] = each.where.column;
    }
    fields.push_back(std::move(field));
  }
  worst_case const at_worst = worst_case_of(asked.file.settings_for(asked.name));
  return shown_as_line({{"operation", asked.name},
                        {"named", asked.file.place_of(asked.name).line > 0},
                        {"fields", std::move(fields)},
                        {"worst_case",
                         {{"attempts", at_worst.attempts},
                          {"seconds", seconds(at_worst.time)},
                          {"seconds_if_told_to_wait", seconds(at_worst.time_if_told_to_wait)}}}});
}

}  // namespace holdfast::cli
