#include "guard_book.hpp"

#include "holdfast/classify/rules/rule_set.hpp"
#include "holdfast/drive/timekeeper.hpp"

#include <utility>

namespace holdfast {
namespace {

/// The rules of a file, as guards want them.
class file_rules final : public failure_rules {
 public:
  explicit file_rules(rule_set rules) : rules_{std::move(rules)} {}

  [[nodiscard]] failure apply(failure const& seen) const noexcept override {
    try {
      return rules_.apply(seen);
    } catch (...) {
      return seen;  // without memory it is judged as it came
    }
  }

 private:
  rule_set rules_;
};

[[nodiscard]] std::shared_ptr<failure_rules const> rules_in(resilience_file const& file) {
  if (file.classification().rules.empty()) return nullptr;
  return std::make_shared<file_rules>(file.rules());
}

/// The fields whose values differ, in the order of the new file's.
[[nodiscard]] std::vector<field_change> changes_between(std::vector<field_origin> const& before,
                                                        std::vector<field_origin> const& after) {
  std::map<std::string_view, std::string_view> values;
  for (field_origin const& each : before) values.emplace(each.path, each.value);
  std::vector<field_change> found;
  for (field_origin const& each : after) {
    auto const known = values.find(each.path);
    std::string_view const was = known == values.end() ? std::string_view{} : known->second;
    if (was != each.value) found.push_back({each.path, std::string{was}, each.value, each.where});
    if (known != values.end()) values.erase(known);
  }
  for (auto const& [path, value] : values) {
    found.push_back({std::string{path}, std::string{value}, {}, {}});
  }
  return found;
}

[[nodiscard]] timekeeper& clock_of(surroundings const& around) noexcept {
  return around.time != nullptr ? *around.time : system_time();
}

}  // namespace

guard_book::guard_book(resilience_file file, exception_classifier classifier, surroundings around)
    : file_{std::move(file)}, classifier_{classifier}, around_{around}, rules_{rules_in(file_)} {}

guard_book::entry& guard_book::entry_of(std::string_view name) {
  auto const known = entries_.find(name);
  if (known != entries_.end()) return known->second;
  return entries_.emplace(std::string{name}, entry{file_.settings_for(name), {}, {}}).first->second;
}

guard guard_book::make_single(std::string_view name, entry& one) {
  if (!one.single) one.single.emplace(options_of(name, one.settings));
  return *one.single;
}

guard_per_key guard_book::make_keyed(std::string_view name, entry& one) {
  if (!one.keyed) {
    one.keyed.emplace(options_of(name, one.settings), one.settings.per_key.value_or(key_limits{}));
  }
  return *one.keyed;
}

operation_options guard_book::options_of(std::string_view name,
                                         operation_settings const& settings) {
  operation_options all = settings.policies;
  all.name = name;
  all.liveness = liveness::live;
  all.classifier = classifier_;
  all.rules = rules_;
  all.surroundings = around_;
  if (!settings.budget.empty()) {
    all.budget = {};
    all.shared_budget = budget_named(settings.budget);
  }
  return all;
}

shared_budget guard_book::budget_named(std::string const& name) {
  auto const known = budgets_.find(name);
  if (known != budgets_.end()) return known->second;
  return budgets_.emplace(name, shared_budget{file_.budgets().find(name)->second}).first->second;
}

reload_report guard_book::exchange(resilience_file next) {
  resilience_file const before = std::exchange(file_, std::move(next));
  try {
    return exchange_from(before);
  } catch (...) {
    // Each guard has one or the other; those that have the earlier one are found the next time.
    file_ = before;
    throw;
  }
}

reload_report guard_book::exchange_from(resilience_file const& before) {
  reload_report done;
  exchange_budgets(before, done);
  exchange_rules(before, done);
  if (before.state().store != file_.state().store) done.at_next_start.emplace_back("state.store");
  for (auto& [name, one] : entries_) {
    operation_settings settings = file_.settings_for(name);
    bool const differs = settings != one.settings;
    if (!differs && !done.rules_changed) continue;
    if (differs) {
      done.operations.push_back({name, changes_between(before.origins(name), file_.origins(name))});
      if (one.keyed && settings.per_key != one.settings.per_key) {
        done.at_next_start.push_back("operations." + name + ".per_key");
      }
    }
    operation_options const options = options_of(name, settings);
    if (one.single) one.single->reconfigure(options);
    if (one.keyed) one.keyed->reconfigure(options);
    one.settings = std::move(settings);
  }
  return done;
}

void guard_book::exchange_budgets(resilience_file const& before, reload_report& done) {
  for (auto const& [name, options] : file_.budgets()) {
    auto const earlier = before.budgets().find(name);
    if (earlier == before.budgets().end() || earlier->second == options) continue;
    done.budgets.push_back(name);
    auto const in_use = budgets_.find(name);
    if (in_use == budgets_.end()) continue;
    in_use->second.reconfigure(options, clock_of(around_).now());
  }
}

void guard_book::exchange_rules(resilience_file const& before, reload_report& done) {
  if (before.classification() == file_.classification()) return;
  done.rules_changed = true;
  rules_ = rules_in(file_);
}

}  // namespace holdfast
