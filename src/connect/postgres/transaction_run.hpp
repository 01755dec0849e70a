#pragma once

#include "connect/postgres/pool_state.hpp"
#include "connect/postgres/task.hpp"
#include "connect/postgres/waiting.hpp"
#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/postgres/transact.hpp"

#include <exception>
#include <memory>
#include <optional>

namespace holdfast::postgres {

/// What came of a closure. Nothing seen: commit.
struct closure_end {
  std::optional<failure> seen{};
  std::exception_ptr thrown{};  ///< to be thrown on
};

/// The body of a transaction, in whichever face it is written.
class transaction_closure {
 public:
  transaction_closure() = default;
  transaction_closure(transaction_closure const&) = delete;
  transaction_closure& operator=(transaction_closure const&) = delete;
  virtual ~transaction_closure() = default;

  /// Runs it once. Throws nothing that the body threw.
  [[nodiscard]] virtual task<closure_end> run(std::shared_ptr<session> const& on, int number) = 0;
};

/// What the exception that is being handled means to the transaction.
/// @param first failure of a statement within the closure
[[nodiscard]] closure_end closure_threw(std::optional<failure> const& first);
/// The same of a body that returned `seen`.
[[nodiscard]] closure_end closure_returned(std::optional<failure> const& seen,
                                           std::optional<failure> const& first);

/// Runs a closure as `transact` promises it, from BEGIN to COMMIT, again where that helps. Throws
/// what the closure threw.
[[nodiscard]] task<expected<void, failure>> run_transaction(pool_state& on,
                                                            transaction_options const& options,
                                                            transaction_closure& closure,
                                                            waiter& by);

/// One run of a closure, from BEGIN to COMMIT or ROLLBACK.
class transaction_run {
 public:
  /// @param of where a lost COMMIT is looked into, by sessions of its own
  transaction_run(session& on, pool_state& of, transaction_options const& options);
  transaction_run(transaction_run const&) = delete;
  transaction_run& operator=(transaction_run const&) = delete;
  /// Ends the session where the transaction is open still.
  ~transaction_run();

  [[nodiscard]] task<expected<void, failure>> begin();
  [[nodiscard]] task<expected<void, failure>> commit();
  /// Where it is open still.
  [[nodiscard]] task<void> roll_back();

 private:
  [[nodiscard]] task<expected<void, failure>> commit_marked();
  [[nodiscard]] task<expected<void, failure>> look_into(failure lost);

  session* on_;
  pool_state* of_;
  transaction_options const* options_;
  commit_doubt doubt_{};
  bool open_ = false;
};

}  // namespace holdfast::postgres
