#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"

#include <utility>

struct sqlite3;

namespace holdfast::sqlite {

class database;

/// A write transaction: rolled back at the end of its life unless it was committed. Its database
/// must outlive it. Not thread-safe.
class transaction {
 public:
  /// BEGIN IMMEDIATE: takes the write lock now, so that no later statement fails for want of it.
  /// Fails with SQLITE_BUSY where another writer holds it beyond the busy timeout.
  [[nodiscard]] static expected<transaction, failure> begin(database& in);

  transaction(transaction&& other) noexcept
      : connection_{std::exchange(other.connection_, nullptr)} {}
  transaction& operator=(transaction&& other) noexcept;
  ~transaction() { rollback(); }

  /// After a failure with a code of SQLITE_BUSY the transaction is still open and the commit may be
  /// tried again; after any other it is rolled back.
  [[nodiscard]] expected<void, failure> commit();

  /// Undoes everything since `begin`; nothing where the transaction has ended already.
  void rollback() noexcept;

  [[nodiscard]] bool is_open() const noexcept;

 private:
  explicit transaction(sqlite3* connection) noexcept : connection_{connection} {}

  sqlite3* connection_;  // null once ended
};

}  // namespace holdfast::sqlite
