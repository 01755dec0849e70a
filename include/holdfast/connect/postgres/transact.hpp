#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/classify/exceptions.hpp"
#include "holdfast/connect/postgres/call_limits.hpp"
#include "holdfast/connect/postgres/commit_doubt.hpp"
#include "holdfast/connect/postgres/pool.hpp"
#include "holdfast/connect/postgres/transaction.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace holdfast::postgres {

enum class isolation { server_default, read_committed, repeatable_read, serializable };

/// Of runs from BEGIN again, after serialization failures and deadlocks: exponential pauses with
/// full jitter, since those who collided must not meet again.
struct restart {
  int max_attempts = 10;  ///< Runs in all, the first included. >= 1.
  duration initial_delay = std::chrono::milliseconds{10};  ///< Ceiling of the first pause. > 0.
  duration max_delay = std::chrono::seconds{1};  ///< Ceiling of every pause. >= initial_delay.
};

/// How a transaction is run. Plain data.
struct transaction_options {
  postgres::isolation isolation = postgres::isolation::server_default;
  bool read_only = false;   ///< saves the query before COMMIT, and leaves nothing in doubt
  bool deferrable = false;  ///< waits for a snapshot that can't fail; serializable and read_only
  postgres::restart restart{};
  /// Writes a row of this key into the ledger within the transaction, by which a lost COMMIT is
  /// told also where the xid says nothing: after a failover, or much later. Empty text: a key is
  /// drawn. `create_ledger` makes the table. A key that is there already fails with 23505.
  std::optional<std::string> ledger{};
  /// How long a COMMIT whose answer was lost is looked into, at most. May pass the deadline, and a
  /// stop does not end it: to know is worth more than to be on time. > 0.
  duration resolve_timeout = std::chrono::seconds{30};
  call_limits limits{};
  commit_doubt* doubt = nullptr;  ///< receives what was done about an unanswered COMMIT

  /// The same as part of an attempt: bounded by it, telling what it knows to its context.
  [[nodiscard]] transaction_options within(attempt const& now) const;
};

namespace detail {

/// The body of a transaction without its type. Nothing: commit.
class transaction_body {
 public:
  transaction_body() = default;
  transaction_body(transaction_body const&) = delete;
  transaction_body& operator=(transaction_body const&) = delete;
  virtual ~transaction_body() = default;
  [[nodiscard]] virtual std::optional<failure> run(transaction& within) = 0;
};

[[nodiscard]] expected<void, failure> run_transaction(pool const& on,
                                                      transaction_options const& options,
                                                      transaction_body& body);

template <class Result>
struct transaction_result {
  using type = expected<Result, failure>;
};
template <class Value>
struct transaction_result<expected<Value, failure>> {
  using type = expected<Value, failure>;
};

template <class Closure, class Answer>
class body_of final : public transaction_body {
 public:
  explicit body_of(Closure& closure) noexcept : closure_{&closure} {}

  std::optional<failure> run(transaction& within) override {
    answer_.reset();
    using result = std::invoke_result_t<Closure&, transaction&>;
    if constexpr (std::is_void_v<result>) {
      (*closure_)(within);
      answer_.emplace();
    } else {
      answer_.emplace((*closure_)(within));
    }
    return answer_->has_value() ? std::nullopt : std::optional<failure>{answer_->error()};
  }
  [[nodiscard]] Answer& answer() noexcept { return *answer_; }

 private:
  Closure* closure_;
  std::optional<Answer> answer_;
};

}  // namespace detail

/// Runs a closure within a transaction: BEGIN, the closure, COMMIT; from BEGIN again after a
/// serialization failure or a deadlock.
///
/// **Side effects.** The closure may run several times, and only the last run counts in the
/// database. What it does elsewhere (a mail, a file, a variable that it captures by reference) it
/// does every time. Collect such things, and do them when `transact` has returned.
///
/// **The answer.** What the closure returned, if and only if the transaction is committed. An error
/// in its `expected` rolls back and comes back; so does an exception. A statement that failed can't
/// be passed over in silence: the transaction is lost, and its failure comes back.
///
/// **A lost COMMIT** is looked into until it is known whether it happened (docs/postgres.md):
/// known to have happened, it is a success; known not to have, a failure that a guard may repeat;
/// category in_doubt only where nobody can tell within resolve_timeout.
///
///     auto moved = guard([&](holdfast::attempt const& now) {
///       return postgres::transact(pool, options.within(now), [&](postgres::transaction& t) {
///         return t.execute(move, from, -amount).and_then(…);
///       });
///     });
///
/// @return expected<T, failure> of the closure's T, void or expected<T, failure>
/// Thread-safe. Cost beside the closure's: three round trips, of BEGIN, of the mark, of COMMIT; two
/// where it is read_only.
template <std::invocable<transaction&> Closure>
[[nodiscard]] auto transact(pool const& on, transaction_options const& options, Closure&& closure) {
  using result = std::remove_cvref_t<std::invoke_result_t<Closure&, transaction&>>;
  using answer = typename detail::transaction_result<result>::type;
  detail::body_of<std::remove_reference_t<Closure>, answer> body{closure};
  auto const done = detail::run_transaction(on, options, body);
  if (!done) return answer{unexpected{done.error()}};
  return std::move(body.answer());
}

template <std::invocable<transaction&> Closure>
[[nodiscard]] auto transact(pool const& on, Closure&& closure) {
  return transact(on, transaction_options{}, std::forward<Closure>(closure));
}

}  // namespace holdfast::postgres
