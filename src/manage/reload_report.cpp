#include "holdfast/manage/reload_report.hpp"

namespace holdfast {
namespace {

void add_line(std::string& text, std::string const& line) {
  if (!text.empty()) text += '\n';
  text += line;
}

std::string line_of(std::string const& operation, field_change const& changed) {
  std::string text = operation + ": " + changed.path + ": " +
                     (changed.before.empty() ? "nothing" : changed.before) + " -> " +
                     (changed.after.empty() ? "nothing" : changed.after);
  if (changed.where.line == 0) return text + " (the default)";
  return text + " (" + changed.where.source + ":" + std::to_string(changed.where.line) + ")";
}

}  // namespace

std::string describe(reload_report const& done) {
  if (done.changes_nothing()) return "nothing has changed";
  std::string text;
  for (operation_change const& each : done.operations) {
    for (field_change const& field : each.fields) add_line(text, line_of(each.operation, field));
  }
  for (std::string const& each : done.budgets) add_line(text, "budgets." + each + " has changed");
  if (done.rules_changed) add_line(text, "classify.rules have changed");
  for (std::string const& each : done.at_next_start) {
    add_line(text, each + " has changed; it holds from the next start on");
  }
  return text;
}

}  // namespace holdfast
