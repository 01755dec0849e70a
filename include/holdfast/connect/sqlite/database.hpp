#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/connect/sqlite/statement.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;

namespace holdfast::sqlite {

enum class open_mode {
  create,      ///< read and write; made if it is not there
  read_write,  ///< read and write; must be there
  read_only,   ///< must be there
};

enum class sync_level {
  normal,  ///< with WAL: a power cut may lose the last commits, never the order of them
  full,    ///< a commit that returned is on the disk
};

struct open_options {
  open_mode mode = open_mode::create;
  /// How long a statement waits for another process's lock before it fails with SQLITE_BUSY.
  /// 0..24d.
  duration busy_timeout = std::chrono::seconds{5};
  /// Write-ahead log: readers and one writer at once. Ignored for read-only and in-memory
  /// databases, and where the file system can't share memory: the old journal stays, slower and as
  /// safe.
  bool wal = true;
  sync_level sync = sync_level::full;
  bool foreign_keys = true;
};

/// One connection to an SQLite database file. Every error is a `failure` whose code is SQLite's and
/// whose text is SQLite's message; nothing throws but the lack of memory. Not thread-safe: one
/// connection a thread.
class database {
 public:
  /// Opens a file, or a private database in memory for ":memory:". The file is really looked at, so
  /// one that is no database fails here with SQLITE_NOTADB.
  [[nodiscard]] static expected<database, failure> open(std::string const& path,
                                                        open_options const& options = {});

  /// Compiles one statement. More than one in `sql` is refused, and a NUL (SQLITE_MISUSE).
  [[nodiscard]] expected<statement, failure> prepare(std::string_view sql);

  /// Runs any number of statements, skipping rows; stops at the first that fails.
  /// A text with a NUL is refused whole (SQLITE_MISUSE).
  [[nodiscard]] expected<void, failure> exec(std::string const& sql);

  /// Rows changed by the last INSERT, UPDATE or DELETE that ended; those changed by triggers apart.
  [[nodiscard]] std::int64_t changes() const noexcept;
  [[nodiscard]] std::int64_t last_insert_rowid() const noexcept;
  /// Whether a transaction is open. False after a failure that made SQLite roll back by itself.
  [[nodiscard]] bool in_transaction() const noexcept;

  /// Makes `text_of` callable in SQL as `name(x)`: NULL for NULL, else called with x as REAL. It
  /// must give the same text for the same number every time. What it throws fails the statement.
  [[nodiscard]] expected<void, failure> define_text_function(
      std::string const& name, std::function<std::string(double)> text_of);

 private:
  friend class transaction;
  struct closer {
    void operator()(sqlite3* connection) const noexcept;
  };
  explicit database(sqlite3* connection) noexcept : connection_{connection} {}
  [[nodiscard]] expected<void, failure> apply(open_options const& options);

  std::unique_ptr<sqlite3, closer> connection_;
};

}  // namespace holdfast::sqlite
