#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/classify/exceptions.hpp"
#include "holdfast/connect/postgres/connection.hpp"
#include "holdfast/connect/postgres/copy.hpp"
#include "holdfast/connect/postgres/parameter.hpp"
#include "holdfast/connect/postgres/rows.hpp"
#include "holdfast/connect/postgres/statement.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::postgres {

/// What the closure of `transact` works with: statements within the open transaction. BEGIN,
/// COMMIT, ROLLBACK (but to a savepoint) and SET TRANSACTION are refused before they are sent
/// (2D000): they are `transact`'s. Not thread-safe, valid during the closure alone.
///
/// The first failure of a statement is remembered: PostgreSQL refuses whatever comes after it, and
/// a closure that goes on all the same gets that failure back, as a rollback.
class transaction {
 public:
  /// @param run_number from 1
  transaction(connection& on, int run_number) noexcept
      : connection_{&on}, run_number_{run_number} {}
  transaction(transaction const&) = delete;
  transaction& operator=(transaction const&) = delete;

  /// As those of `connection`.
  template <std::convertible_to<parameter>... Values>
  [[nodiscard]] expected<rows, failure> execute(std::string_view sql, Values const&... values) {
    std::array<parameter, sizeof...(Values)> const given{parameter{values}...};
    return run({sql, given});
  }
  template <std::convertible_to<parameter>... Values>
  [[nodiscard]] expected<rows, failure> execute(statement const& what, Values const&... values) {
    std::array<parameter, sizeof...(Values)> const given{parameter{values}...};
    return run(what, given);
  }
  [[nodiscard]] expected<rows, failure> run(bound_statement const& what);
  [[nodiscard]] expected<rows, failure> run(statement const& what,
                                            std::span<parameter const> values);
  [[nodiscard]] expected<rows, failure> run_script(std::string const& sql);
  [[nodiscard]] expected<std::vector<rows>, failure> run_all(
      std::span<bound_statement const> batch);
  [[nodiscard]] expected<copy_in, failure> begin_copy_in(std::string_view sql);
  [[nodiscard]] expected<copy_out, failure> begin_copy_out(std::string_view sql);

  /// A part that may fail alone: SAVEPOINT, the part, RELEASE; after a failure ROLLBACK TO, and the
  /// transaction goes on; what the part throws comes on. Failures that end the whole transaction
  /// (serialization, deadlock, a lost link) can't be undone so and stay.
  template <class Part>
  [[nodiscard]] expected<void, failure> attempt_part(Part&& part) {
    if (auto begun = begin_part(); !begun) return begun;
    try {
      expected<void, failure> const done = part();
      return end_part(done);
    } catch (...) {
      [[maybe_unused]] auto const undone = end_part(unexpected{classify_current_exception()});
      throw;
    }
  }

  /// 1 for the first run of the closure, 2 after its first restart, and so on.
  [[nodiscard]] int run_number() const noexcept { return run_number_; }
  [[nodiscard]] std::optional<failure> const& first_failure() const noexcept { return first_; }

 private:
  [[nodiscard]] expected<void, failure> begin_part();
  [[nodiscard]] expected<void, failure> end_part(expected<void, failure> const& done);

  connection* connection_;
  std::optional<failure> first_;
  int run_number_;
};

}  // namespace holdfast::postgres
