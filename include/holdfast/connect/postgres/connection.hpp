#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/postgres/call_limits.hpp"
#include "holdfast/connect/postgres/connection_options.hpp"
#include "holdfast/connect/postgres/copy.hpp"
#include "holdfast/connect/postgres/parameter.hpp"
#include "holdfast/connect/postgres/rows.hpp"
#include "holdfast/connect/postgres/statement.hpp"

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::postgres {

/// What a statement does, as its caller knows it: what decides whether one may be repeated whose
/// answer was lost.
enum class effect {
  writes,  ///< or who knows: outside of a transaction it commits itself, and is in doubt
  reads,   ///< changes nothing, so it may be repeated
};

/// One statement of a batch: what `connection::run_all` takes.
struct bound_statement {
  std::string_view sql;
  std::span<parameter const> parameters{};
};

/// One session of a PostgreSQL server. Every error is a `failure` whose code is the SQLSTATE; how
/// far the statement had come is judged with it. Nothing throws but the lack of memory.
///
/// No call waits longer than its limits say: at the deadline, or when a stop is requested, the
/// statement is cancelled on the server, and its answer waited for a moment more. If it comes, what
/// happened is known; if not, the connection is poisoned, and is_usable() is false.
///
/// The trap: a statement outside of a transaction commits itself. Sent and unanswered, it is in
/// doubt (category in_doubt), unless it was run as one that `reads`. Use `transact` for writes: it
/// finds out.
///
/// Not thread-safe. Memory: what libpq holds, about 40 KiB, and the answer being read.
class connection {
 public:
  /// Connects to the first host that takes the session.
  [[nodiscard]] static expected<connection, failure> open(connection_options const& options,
                                                          call_limits const& limits = {});
  connection(connection&&) noexcept;
  connection& operator=(connection&&) noexcept;
  ~connection();

  /// Limits of all that follows, until others are given; what they point to must live as long.
  void limit(call_limits limits);
  [[nodiscard]] call_limits const& limits() const noexcept;

  /// Runs one statement with values for $1, $2 …
  template <std::convertible_to<parameter>... Values>
  [[nodiscard]] expected<rows, failure> execute(std::string_view sql, Values const&... values) {
    std::array<parameter, sizeof...(Values)> const given{parameter{values}...};
    return run({sql, given}, effect::writes);
  }
  template <std::convertible_to<parameter>... Values>
  [[nodiscard]] expected<rows, failure> execute(statement const& what, Values const&... values) {
    std::array<parameter, sizeof...(Values)> const given{parameter{values}...};
    return run(what, given, effect::writes);
  }

  /// The same for a statement that changes nothing: its caller's word, taken where the answer is
  /// lost.
  template <std::convertible_to<parameter>... Values>
  [[nodiscard]] expected<rows, failure> read(std::string_view sql, Values const&... values) {
    std::array<parameter, sizeof...(Values)> const given{parameter{values}...};
    return run({sql, given}, effect::reads);
  }
  template <std::convertible_to<parameter>... Values>
  [[nodiscard]] expected<rows, failure> read(statement const& what, Values const&... values) {
    std::array<parameter, sizeof...(Values)> const given{parameter{values}...};
    return run(what, given, effect::reads);
  }

  [[nodiscard]] expected<rows, failure> run(bound_statement const& what, effect does);
  [[nodiscard]] expected<rows, failure> run(statement const& what,
                                            std::span<parameter const> values, effect does);

  /// Runs any number of statements in one text, without parameters; stops at the first that fails.
  /// Outside of a transaction they are one together. @return the answer to the last
  [[nodiscard]] expected<rows, failure> run_script(std::string const& sql,
                                                   effect does = effect::writes);

  /// Sends all statements at once and then reads the answers: one round trip instead of many
  /// (pipeline mode). Outside of a transaction they are one together. The first failure ends it:
  /// what comes after has not run. @return the answers, one for each statement
  [[nodiscard]] expected<std::vector<rows>, failure> run_all(std::span<bound_statement const> batch,
                                                             effect does = effect::writes);

  /// Ends a transaction that was begun by hand; `transact` is better at it. It is never cancelled,
  /// and a lost answer is category in_doubt. COMMIT of a failed transaction is a failure (25P02).
  [[nodiscard]] expected<void, failure> commit();

  /// COPY … FROM STDIN, and COPY … TO STDOUT.
  [[nodiscard]] expected<copy_in, failure> begin_copy_in(std::string_view sql);
  [[nodiscard]] expected<copy_out, failure> begin_copy_out(std::string_view sql);

  /// Whether statements can be sent: the link stands, nothing has poisoned it.
  [[nodiscard]] bool is_usable() const noexcept;
  /// Whether a transaction block is open, failed or not.
  [[nodiscard]] bool in_transaction() const noexcept;
  /// Whether nothing is open: no transaction, and no COPY.
  [[nodiscard]] bool is_at_rest() const noexcept;
  /// Whether the server has ended the session, or something unexpected has come, while nothing was
  /// asked. Costs a system call.
  [[nodiscard]] bool is_broken_by_now() noexcept;
  /// Never uses the link again: what came of it can't be trusted.
  void poison() noexcept;

  /// As the session saw it: 150018. Behind a pooler it may be the pooler's word.
  [[nodiscard]] int server_version() const noexcept;
  /// Where it is: "127.0.0.1:5432", "/run/postgresql:5432"; for messages.
  [[nodiscard]] std::string server_name() const;

 private:
  friend struct session_gate;
  explicit connection(std::shared_ptr<session> opened) noexcept;

  std::shared_ptr<session> session_;  // seen by the COPY that is under way
};

}  // namespace holdfast::postgres
