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

  /// Makes the guard of an operation that has none yet; `keep_single` puts it into the book.
  /// Throws invalid_options for its name.
  [[nodiscard]] guard make_single(std::string_view name);
  void keep_single(guard const& made);
  /// The guards per key of an operation, made where there are none.
  [[nodiscard]] guard_per_key keyed(std::string_view name, bool& made);

  /// Goes over to another file, whose options have all been checked when it was read. Throws
  /// bad_alloc; then some guards have gone over, each one whole.
  [[nodiscard]] reload_report exchange(resilience_file next);

 private:
  [[nodiscard]] entry& entry_of(std::string_view name);
  [[nodiscard]] operation_options options_of(std::string_view name,
                                             operation_settings const& settings);
  [[nodiscard]] shared_budget budget_named(std::string const& name);
  [[nodiscard]] reload_report exchange_from(resilience_file const& before);
  void exchange_budgets(reload_report& done);
  void exchange_rules(resilience_file const& before, reload_report& done);

  resilience_file file_;
  exception_classifier classifier_;
  surroundings around_;
  std::shared_ptr<failure_rules const> rules_;
  struct named_budget {
    budget options{};  ///< that it has now
    shared_budget pool;
  };
  std::map<std::string, named_budget, std::less<>> budgets_;
  entries entries_;
  bool is_torn_ = false;  ///< an exchange ended halfway: what guards have is not known
};

}  // namespace holdfast
