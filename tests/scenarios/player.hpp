#pragma once

#include "holdfast/base/problem.hpp"
#include "holdfast/core/breaker_machine.hpp"
#include "holdfast/core/budget_machine.hpp"
#include "holdfast/core/permit.hpp"
#include "holdfast/core/retry_machine.hpp"
#include "scenarios/scenario.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::scenarios {

/// The machines of one scenario, told what happens in it. The scenario must outlive them.
///
/// Where there are several policies, an attempt goes through all of them: the breaker is asked and
/// told, its refusal is a failure to the retry, and each retry is charged to the budget.
class player {
 public:
  explicit player(scenario const& played);

  /// Lets one scene happen, as often as it says; answers what the last time gave, and how often
  /// each first word was given where it happens several times.
  facts play(scene const& next);

  /// Takes a snapshot of every machine and goes on with fresh ones that were given it.
  void replace_machines();

 private:
  facts happen(scene const& next);
  facts end_attempt(scene const& next);
  fact end_call(circumstances const& with, std::optional<failure> const& seen);
  facts ask(circumstances const& with);
  facts begin_call(circumstances const& with);
  facts withdraw();
  core::admission admitted(std::string const& call);
  [[nodiscard]] facts after(std::optional<transition> const& changed) const;
  [[nodiscard]] fact tokens_fact() const;

  scenario const* scenario_;
  instant now_{};
  random_bits random_;
  std::optional<core::breaker_machine> breaker_{};
  std::optional<core::budget_machine> budget_{};
  std::map<std::string, core::retry_machine> calls_{};
  std::deque<std::pair<std::string, core::permit>> permits_{};
};

/// What each scene gave, and each one that gave something else than the file says.
struct performance {
  std::vector<facts> given{};
  problems failed{};
};

/// Plays a scenario from its beginning.
/// @param cut before which scene the machines are replaced by fresh ones; nothing: never
[[nodiscard]] performance play(scenario const& played, std::optional<std::size_t> cut = {});

/// Plays a scenario whole, and cut in two before each scene; all must decide the same.
[[nodiscard]] problems play_whole_and_cut(scenario const& played);

}  // namespace holdfast::scenarios
