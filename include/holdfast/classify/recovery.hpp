#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/failure.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace holdfast {

/// One thing that is done after a failure. Waiting, repeating and failing are the guard's; the
/// others are a connector's, since only it knows how (`recoverer`).
enum class recovery_step {
  wait,                 ///< until the retry policy, or the server, says
  reconnect,            ///< give up the connection, make a new one
  refresh_credentials,  ///< read the secret anew: it may have been changed; once
  reprepare,            ///< forget the prepared statement and prepare it again; once
  restart_transaction,  ///< ROLLBACK, then everything again from BEGIN
  resolve_outcome,      ///< ask whether it happened
  skip_record,          ///< put the record that is at fault aside, with the reason
  repeat,               ///< the same call again, if the retry policy allows one more
  fail,                 ///< hand the failure to the caller
};

template <>
struct names_of<recovery_step> {
  using enum recovery_step;
  static constexpr std::array<named_value<recovery_step>, 9> table{
      {{wait, "wait"},
       {reconnect, "reconnect"},
       {refresh_credentials, "refresh_credentials"},
       {reprepare, "reprepare"},
       {restart_transaction, "restart_transaction"},
       {resolve_outcome, "resolve_outcome"},
       {skip_record, "skip_record"},
       {repeat, "repeat"},
       {fail, "fail"}}};
};

/// One line of help on a step.
[[nodiscard]] std::string_view help_on(recovery_step step) noexcept;

/// What is done after failures of one advice, as data.
struct recovery_strategy {
  static constexpr std::size_t most_steps = 4;

  holdfast::advice advice;
  /// The categories that it is meant for; none: all that no earlier row is meant for.
  std::array<std::optional<category>, 2> only{};
  std::array<recovery_step, most_steps> steps{};
  std::size_t count = 0;
  std::string_view help;  ///< one line, for people

  [[nodiscard]] std::span<recovery_step const> in_order() const noexcept {
    return std::span{steps}.first(count);
  }
};

/// All strategies, in the order in which they are looked for.
[[nodiscard]] std::span<recovery_strategy const> recovery_strategies() noexcept;

/// The strategy for a failure: the first row of its advice that is meant for its category.
[[nodiscard]] recovery_strategy const& strategy_for(failure const& seen) noexcept;

/// The steps for one failure: those of its strategy, and what its poison asks for. A poisoned
/// connection is replaced before anything is repeated on it, and what is repeated in a poisoned
/// transaction is the whole transaction.
class recovery_plan {
 public:
  explicit recovery_plan(failure const& seen) noexcept;

  [[nodiscard]] std::span<recovery_step const> steps() const noexcept {
    return std::span{steps_}.first(count_);
  }

 private:
  void add(recovery_step step) noexcept;

  std::array<recovery_step, recovery_strategy::most_steps + 2> steps_{};
  std::size_t count_ = 0;
};

}  // namespace holdfast
