#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/postgres/async_copy.hpp"
#include "holdfast/connect/postgres/call_limits.hpp"
#include "holdfast/connect/postgres/connection.hpp"
#include "holdfast/connect/postgres/connection_options.hpp"
#include "holdfast/connect/postgres/eventual.hpp"
#include "holdfast/connect/postgres/parameter.hpp"
#include "holdfast/connect/postgres/rows.hpp"
#include "holdfast/connect/postgres/statement.hpp"

#include <array>
#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::postgres {

/// One session of a PostgreSQL server, for coroutines: a `connection` that suspends where that one
/// blocks. Options, results, failures and their words are the same, since both run the same source.
///
/// A coroutine that is cancelled (by its slot, as a timeout or `||` do) ends its wait as a stop
/// does: the statement is cancelled on the server, its answer waited for a moment more, and the
/// failure that comes of it returned, of category cancelled. Nothing is thrown for it here; the
/// next co_await of the coroutine throws operation_aborted, as Asio has it.
///
/// The trap: a coroutine that is destroyed in the midst of a statement, as by the end of its
/// io_context, leaves a poisoned connection behind. What is given by reference or view must live
/// until the co_await has ended; `execute` and `read` keep their values themselves.
///
/// Not thread-safe, and one thing at a time: what is begun meanwhile fails (55000) and harms
/// nothing. Lives no longer than the io_context in which it was used, as all objects of Asio.
class async_connection {
 public:
  /// Connects to the first host that takes the session. Names are looked up in Asio's own thread.
  [[nodiscard]] static eventual<async_connection> open(connection_options options,
                                                       call_limits limits = {});
  async_connection(async_connection&&) noexcept;
  async_connection& operator=(async_connection&&) noexcept;
  ~async_connection();

  /// Limits of all that begins afterwards, until others are given; what they point to must live as
  /// long.
  void limit(call_limits limits);
  [[nodiscard]] call_limits const& limits() const noexcept;

  /// Runs one statement with values for $1, $2 …
  template <std::convertible_to<parameter>... Values>
  [[nodiscard]] eventual<rows> execute(std::string_view sql, Values... values) {
    std::array<parameter, sizeof...(Values)> const given{parameter{values}...};
    bound_statement const what{sql, given};
    co_return co_await run(what, effect::writes);
  }
  template <std::convertible_to<parameter>... Values>
  [[nodiscard]] eventual<rows> execute(statement const& what, Values... values) {
    std::array<parameter, sizeof...(Values)> const given{parameter{values}...};
    co_return co_await run(what, given, effect::writes);
  }

  /// The same for a statement that changes nothing: its caller's word, taken where the answer is
  /// lost.
  template <std::convertible_to<parameter>... Values>
  [[nodiscard]] eventual<rows> read(std::string_view sql, Values... values) {
    std::array<parameter, sizeof...(Values)> const given{parameter{values}...};
    bound_statement const what{sql, given};
    co_return co_await run(what, effect::reads);
  }
  template <std::convertible_to<parameter>... Values>
  [[nodiscard]] eventual<rows> read(statement const& what, Values... values) {
    std::array<parameter, sizeof...(Values)> const given{parameter{values}...};
    co_return co_await run(what, given, effect::reads);
  }

  [[nodiscard]] eventual<rows> run(bound_statement what, effect does);
  [[nodiscard]] eventual<rows> run(statement const& what, std::span<parameter const> values,
                                   effect does);

  /// As those of `connection`.
  [[nodiscard]] eventual<rows> run_script(std::string sql, effect does = effect::writes);
  [[nodiscard]] eventual<std::vector<rows>> run_all(std::span<bound_statement const> batch,
                                                    effect does = effect::writes);
  [[nodiscard]] eventual<void> commit();
  [[nodiscard]] eventual<async_copy_in> begin_copy_in(std::string_view sql);
  [[nodiscard]] eventual<async_copy_out> begin_copy_out(std::string_view sql);

  [[nodiscard]] bool is_usable() const noexcept;
  [[nodiscard]] bool in_transaction() const noexcept;
  [[nodiscard]] bool is_at_rest() const noexcept;
  [[nodiscard]] bool is_broken_by_now() noexcept;
  void poison() noexcept;

  [[nodiscard]] int server_version() const noexcept;
  [[nodiscard]] std::string server_name() const;

 private:
  friend struct async_gate;
  explicit async_connection(std::shared_ptr<session> opened) noexcept;

  std::shared_ptr<session> session_;  // seen by the COPY that is under way
};

}  // namespace holdfast::postgres
