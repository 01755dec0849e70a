#pragma once

#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/guard_per_key.hpp"
#include "holdfast/drive/shared_budget.hpp"
#include "holdfast/manage/operation_settings.hpp"
#include "holdfast/manage/reload_report.hpp"
#include "holdfast/manage/resilience_file.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// The guards that were made out of a file, with the settings that each one has, and what they
/// share. Not thread-safe.
class guard_book {
 public:
  struct entry {
    operation_settings settings{};
    std::optional<guard> single{};
    std::optional<guard_per_key> keyed{};
  };
  using entries = std::map<std::string, entry, std::less<>>;

  guard_book(resilience_file file, exception_classifier classifier, surroundings around);

  [[nodiscard]] resilience_file const& file() const noexcept { return file_; }
  [[nodiscard]] entries const& all() const noexcept { return entries_; }

  /// The entry of an operation, made where there is none. Throws invalid_options for its name.
  [[nodiscard]] entry& entry_of(std::string_view name);
  /// Makes the guard of an entry that has none yet.
  [[nodiscard]] guard make_single(std::string_view name, entry& one);
  [[nodiscard]] guard_per_key make_keyed(std::string_view name, entry& one);

  /// Goes over to another file, whose options have all been checked when it was read. Throws
  /// bad_alloc; then some guards have gone over, each one whole.
  [[nodiscard]] reload_report exchange(resilience_file next);

 private:
  [[nodiscard]] operation_options options_of(std::string_view name,
                                             operation_settings const& settings);
  [[nodiscard]] shared_budget budget_named(std::string const& name);
  [[nodiscard]] reload_report exchange_from(resilience_file const& before);
  void exchange_budgets(resilience_file const& before, reload_report& done);
  void exchange_rules(resilience_file const& before, reload_report& done);

  resilience_file file_;
  exception_classifier classifier_;
  surroundings around_;
  std::shared_ptr<failure_rules const> rules_;
  std::map<std::string, shared_budget, std::less<>> budgets_;
  entries entries_;
};

}  // namespace holdfast
