#pragma once

#include "holdfast/base/random.hpp"
#include "holdfast/connect/postgres/transact.hpp"

#include <exception>
#include <optional>

namespace holdfast::postgres {

/// One run of a closure, from BEGIN to COMMIT or ROLLBACK.
class transaction_run {
 public:
  transaction_run(connection& on, transaction_options const& options, int number);
  transaction_run(transaction_run const&) = delete;
  transaction_run& operator=(transaction_run const&) = delete;
  /// Rolls back unless it was committed.
  ~transaction_run();

  [[nodiscard]] expected<void, failure> begin();
  /// The body, with what it threw.
  [[nodiscard]] std::optional<failure> call(detail::transaction_body& body);
  /// @param on where a lost COMMIT is looked into, by sessions of its own
  [[nodiscard]] expected<void, failure> commit(pool const& on);

  /// What the body threw, to be thrown on.
  [[nodiscard]] std::exception_ptr const& thrown() const noexcept { return thrown_; }

 private:
  [[nodiscard]] expected<void, failure> commit_marked(pool const& on);
  [[nodiscard]] expected<void, failure> look_into(pool const& on, failure const& lost);
  [[nodiscard]] failure failed_with(failure const& seen) const;
  void roll_back() noexcept;

  connection* on_;
  transaction_options const* options_;
  transaction transaction_;
  commit_doubt doubt_{};
  std::exception_ptr thrown_{};
  bool open_ = false;
};

}  // namespace holdfast::postgres
