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

guard guard_book::make_single(std::string_view name) {
  return guard{options_of(name, file_.settings_for(name))};
}

void guard_book::keep_single(guard const& made) { entry_of(made.name()).single = made; }

guard_per_key guard_book::keyed(std::string_view name, bool& made) {
  auto const known = entries_.find(name);
  made = known == entries_.end() || !known->second.keyed;
  if (!made) return *known->second.keyed;
  operation_settings const settings = file_.settings_for(name);
  guard_per_key guards{options_of(name, settings), settings.per_key.value_or(key_limits{})};
  entry_of(name).keyed = guards;
  return guards;
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
  if (known != budgets_.end()) return known->second.pool;
  budget const& options = file_.budgets().find(name)->second;
  return budgets_.emplace(name, named_budget{options, shared_budget{options}}).first->second.pool;
}

reload_report guard_book::exchange(resilience_file next) {
  resilience_file const before = std::exchange(file_, std::move(next));
  auto const rules_before = rules_;
  try {
    return exchange_from(before);
  } catch (...) {
    // Each guard has one or the other whole; the next exchange goes over all of them.
    file_ = before;
    rules_ = rules_before;
    is_torn_ = true;
    throw;
  }
}

reload_report guard_book::exchange_from(resilience_file const& before) {
  reload_report done;
  exchange_budgets(done);
  exchange_rules(before, done);
  if (before.state().store != file_.state().store) done.at_next_start.emplace_back("state.store");
  for (auto& [name, one] : entries_) {
    operation_settings settings = file_.settings_for(name);
    bool const differs = settings != one.settings;
    if (!differs && !done.rules_changed && !is_torn_) continue;
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
  is_torn_ = false;
  return done;
}

// One that the file no longer has is kept as it was: a later file may have it again.
void guard_book::exchange_budgets(reload_report& done) {
  for (auto& [name, known] : budgets_) {
    auto const next = file_.budgets().find(name);
    if (next == file_.budgets().end() || next->second == known.options) continue;
    known.pool.reconfigure(next->second, clock_of(around_).now());
    known.options = next->second;
    done.budgets.push_back(name);
  }
}

void guard_book::exchange_rules(resilience_file const& before, reload_report& done) {
  if (before.classification() == file_.classification()) return;
  done.rules_changed = true;
  rules_ = rules_in(file_);
}

}  // namespace holdfast
