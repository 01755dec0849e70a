#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/core/breaker.hpp"
#include "holdfast/core/breaker_state.hpp"
#include "holdfast/core/budget.hpp"
#include "holdfast/core/retry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Conversations with the machines of core, written in text files (README.md beside this file).
namespace holdfast::scenarios {

/// What happens in one line of a scenario.
enum class verb {
  ok,         ///< an attempt succeeds
  fail,       ///< an attempt fails
  abandon,    ///< a permit is dropped without an outcome
  ask,        ///< the breaker is asked for a permit, which a later line ends
  call,       ///< a call begins, which may be retried
  hanging,    ///< a scan found calls that hang
  evaluate,   ///< the window is judged without a result
  force,      ///< an override is set by hand
  reset,      ///< the breaker is closed by hand
  stats,      ///< the breaker is looked at
  retry,      ///< the budget is asked for the token of a retry
  give_back,  ///< the token of a retry that never began comes back
  tokens,     ///< the budget is looked at
};

/// What a line says of what happened.
struct circumstances {
  std::string call{};  ///< names the call where several are on their way
  int times = 1;       ///< so often,
  duration every{};    ///< this far apart
  duration took{};     ///< how long the attempt ran
  holdfast::category category = holdfast::category::unknown;
  bool idempotent_only = false;  ///< whether the request was sent, so that a second may do harm
  bool pushback = false;         ///< whether the server itself decided about the retry
  std::optional<duration> retry_after{};
  std::optional<duration> deadline{};  ///< of the call
  int max_attempts = 0;                ///< of this call alone; 0 is what the options say
  int calls = 0;                       ///< that hang
  breaker_state state = breaker_state::forced_open;
  std::optional<duration> until{};  ///< end of an override
  std::string why{};
};

/// One thing that a machine answered, or should have: "open until=12s".
struct fact {
  std::string word{};  ///< empty in a file where details alone are expected
  std::vector<std::pair<std::string, std::string>> details{};

  friend bool operator==(fact const&, fact const&) = default;
};
using facts = std::vector<fact>;

/// One line: what happened, when, and what must follow.
struct scene {
  std::uint64_t line = 0;
  instant at{};
  verb what{};
  circumstances with{};
  facts expected{};
};

/// A whole file. The options of a policy that it does not name are absent.
struct scenario {
  std::string source;
  std::uint64_t seed = 1;  ///< of all chance
  std::optional<holdfast::breaker> breaker{};
  std::optional<holdfast::retry> retry{};
  std::optional<holdfast::budget> budget{};
  std::vector<scene> scenes{};
};

}  // namespace holdfast::scenarios

namespace holdfast {

template <>
struct names_of<scenarios::verb> {
  using enum scenarios::verb;
  static constexpr std::array<named_value<scenarios::verb>, 13> table{{{ok, "ok"},
                                                                       {fail, "fail"},
                                                                       {abandon, "abandon"},
                                                                       {ask, "ask"},
                                                                       {call, "call"},
                                                                       {hanging, "hanging"},
                                                                       {evaluate, "evaluate"},
                                                                       {force, "force"},
                                                                       {reset, "reset"},
                                                                       {stats, "stats"},
                                                                       {retry, "retry"},
                                                                       {give_back, "give_back"},
                                                                       {tokens, "tokens"}}};
};

}  // namespace holdfast
