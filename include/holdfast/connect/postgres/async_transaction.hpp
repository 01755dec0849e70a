#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/classify/exceptions.hpp"
#include "holdfast/connect/postgres/async_connection.hpp"
#include "holdfast/connect/postgres/async_copy.hpp"
#include "holdfast/connect/postgres/eventual.hpp"
#include "holdfast/connect/postgres/parameter.hpp"
#include "holdfast/connect/postgres/rows.hpp"
#include "holdfast/connect/postgres/statement.hpp"

#include <array>
#include <concepts>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::postgres {

/// What the closure of `transact` works with in a coroutine: a `transaction` that suspends. Not
/// thread-safe, valid during the closure alone.
class async_transaction {
 public:
  /// @param run_number from 1
  async_transaction(async_connection& on, int run_number) noexcept
      : connection_{&on}, run_number_{run_number} {}
  async_transaction(async_transaction const&) = delete;
  async_transaction& operator=(async_transaction const&) = delete;

  /// As those of `async_connection`.
  template <std::convertible_to<parameter>... Values>
  [[nodiscard]] eventual<rows> execute(std::string_view sql, Values... values) {
    std::array<parameter, sizeof...(Values)> const given{parameter{values}...};
    bound_statement const what{sql, given};
    co_return co_await run(what);
  }
  template <std::convertible_to<parameter>... Values>
  [[nodiscard]] eventual<rows> execute(statement const& what, Values... values) {
    std::array<parameter, sizeof...(Values)> const given{parameter{values}...};
    co_return co_await run(what, given);
  }
  [[nodiscard]] eventual<rows> run(bound_statement what);
  [[nodiscard]] eventual<rows> run(statement const& what, std::span<parameter const> values);
  [[nodiscard]] eventual<rows> run_script(std::string sql);
  [[nodiscard]] eventual<std::vector<rows>> run_all(std::span<bound_statement const> batch);
  [[nodiscard]] eventual<async_copy_in> begin_copy_in(std::string_view sql);
  [[nodiscard]] eventual<async_copy_out> begin_copy_out(std::string_view sql);

  /// A part that may fail alone, as that of `transaction`. It is a callable whose result is an
  /// eventual<void>.
  template <class Part>
  [[nodiscard]] eventual<void> attempt_part(Part part) {
    auto const begun = co_await begin_part();
    if (!begun) co_return begun;
    expected<void, failure> done{};
    std::exception_ptr thrown;
    try {
      done = co_await part();
    } catch (...) {
      thrown = std::current_exception();
      done = unexpected{classify_current_exception()};
    }
    auto const ended = co_await end_part(done);
    if (thrown) std::rethrow_exception(thrown);
    co_return ended;
  }

  /// 1 for the first run of the closure, 2 after its first restart, and so on.
  [[nodiscard]] int run_number() const noexcept { return run_number_; }
  [[nodiscard]] std::optional<failure> const& first_failure() const noexcept { return first_; }

 private:
  [[nodiscard]] eventual<void> begin_part();
  [[nodiscard]] eventual<void> end_part(expected<void, failure> done);

  async_connection* connection_;
  std::optional<failure> first_;
  int run_number_;
};

}  // namespace holdfast::postgres
