#include "holdfast/classify/sqlite.hpp"

#include "classify/code_table.hpp"

namespace holdfast {
namespace {

using namespace classify_detail;
using enum advice;

constexpr meaning busy{category::transient, severity::low, fault::dependency, after_backoff};
constexpr meaning stale_snapshot{category::transient, severity::low, fault::dependency,
                                 restart_transaction, poisoned::transaction};
constexpr meaning schema_moved{category::transient, severity::low, fault::dependency,
                               after_reprepare};
constexpr meaning cancelled{category::cancelled, severity::low, fault::nobody, never,
                            poisoned::transaction};
constexpr meaning wrong_call{category::programming, severity::high, fault::caller, never};
constexpr meaning internal{category::unknown, severity::critical, fault::dependency, never};
constexpr meaning no_permission{category::permission, severity::high, fault::caller, never};
constexpr meaning reopen{category::connection, severity::high, fault::dependency, after_reconnect,
                         poisoned::connection};
constexpr meaning out_of_memory{category::resource, severity::critical, fault::local,
                                restart_transaction, poisoned::transaction};
constexpr meaning disk_full{category::resource, severity::high, fault::dependency, after_backoff,
                            poisoned::transaction};
constexpr meaning io_error{category::resource, severity::critical, fault::dependency,
                           restart_transaction, poisoned::transaction};
constexpr meaning io_lock{category::transient, severity::medium, fault::dependency,
                          restart_transaction, poisoned::transaction};
constexpr meaning damaged{category::corruption, severity::critical, fault::dependency, never,
                          poisoned::connection};
constexpr meaning wrong_setup{category::configuration, severity::high, fault::caller, never};
constexpr meaning missing{category::not_found, severity::medium, fault::caller, never};
constexpr meaning bad_data{category::data, severity::low, fault::caller, never};
constexpr meaning constraint{category::integrity, severity::low, fault::caller, never};

// Numbers and names as in sqlite3.h, which this module may not name.
constexpr std::array<code_row, 94> table{{
    {1, "SQLITE_ERROR", wrong_call},
    {2, "SQLITE_INTERNAL", internal},
    {3, "SQLITE_PERM", no_permission},
    {4, "SQLITE_ABORT", cancelled},
    {5, "SQLITE_BUSY", busy},
    {6, "SQLITE_LOCKED", busy},
    {7, "SQLITE_NOMEM", out_of_memory},
    {8, "SQLITE_READONLY", no_permission},
    {9, "SQLITE_INTERRUPT", cancelled},
    {10, "SQLITE_IOERR", io_error},
    {11, "SQLITE_CORRUPT", damaged},
    {12, "SQLITE_NOTFOUND", missing},
    {13, "SQLITE_FULL", disk_full},
    {14, "SQLITE_CANTOPEN", wrong_setup},
    {15, "SQLITE_PROTOCOL", busy},
    {17, "SQLITE_SCHEMA", schema_moved},
    {18, "SQLITE_TOOBIG", bad_data},
    {19, "SQLITE_CONSTRAINT", constraint},
    {20, "SQLITE_MISMATCH", bad_data},
    {21, "SQLITE_MISUSE", wrong_call},
    {22, "SQLITE_NOLFS", wrong_setup},
    {23, "SQLITE_AUTH", no_permission},
    {25, "SQLITE_RANGE", wrong_call},
    {26, "SQLITE_NOTADB", damaged},
    {257, "SQLITE_ERROR_MISSING_COLLSEQ", wrong_call},
    {261, "SQLITE_BUSY_RECOVERY", busy},
    {262, "SQLITE_LOCKED_SHAREDCACHE", busy},
    {264, "SQLITE_READONLY_RECOVERY", no_permission},
    {266, "SQLITE_IOERR_READ", io_error},
    {267, "SQLITE_CORRUPT_VTAB", damaged},
    {270, "SQLITE_CANTOPEN_NOTEMPDIR", wrong_setup},
    {275, "SQLITE_CONSTRAINT_CHECK", constraint},
    {279, "SQLITE_AUTH_USER", no_permission},
    {513, "SQLITE_ERROR_RETRY", busy},
    {516, "SQLITE_ABORT_ROLLBACK", stale_snapshot},
    {517, "SQLITE_BUSY_SNAPSHOT", stale_snapshot},
    {518, "SQLITE_LOCKED_VTAB", busy},
    {520, "SQLITE_READONLY_CANTLOCK", no_permission},
    {522, "SQLITE_IOERR_SHORT_READ", io_error},
    {523, "SQLITE_CORRUPT_SEQUENCE", damaged},
    {526, "SQLITE_CANTOPEN_ISDIR", wrong_setup},
    {531, "SQLITE_CONSTRAINT_COMMITHOOK", constraint},
    {769, "SQLITE_ERROR_SNAPSHOT", stale_snapshot},
    {773, "SQLITE_BUSY_TIMEOUT", busy},
    {776, "SQLITE_READONLY_ROLLBACK", no_permission},
    {778, "SQLITE_IOERR_WRITE", io_error},
    {779, "SQLITE_CORRUPT_INDEX", damaged},
    {782, "SQLITE_CANTOPEN_FULLPATH", wrong_setup},
    {787, "SQLITE_CONSTRAINT_FOREIGNKEY", constraint},
    {1032, "SQLITE_READONLY_DBMOVED", reopen},
    {1034, "SQLITE_IOERR_FSYNC", io_error},
    {1038, "SQLITE_CANTOPEN_CONVPATH", wrong_setup},
    {1043, "SQLITE_CONSTRAINT_FUNCTION", constraint},
    {1288, "SQLITE_READONLY_CANTINIT", no_permission},
    {1290, "SQLITE_IOERR_DIR_FSYNC", io_error},
    {1294, "SQLITE_CANTOPEN_DIRTYWAL", wrong_setup},
    {1299, "SQLITE_CONSTRAINT_NOTNULL", constraint},
    {1544, "SQLITE_READONLY_DIRECTORY", no_permission},
    {1546, "SQLITE_IOERR_TRUNCATE", io_error},
    {1550, "SQLITE_CANTOPEN_SYMLINK", wrong_setup},
    {1555, "SQLITE_CONSTRAINT_PRIMARYKEY", constraint},
    {1802, "SQLITE_IOERR_FSTAT", io_error},
    {1811, "SQLITE_CONSTRAINT_TRIGGER", constraint},
    {2058, "SQLITE_IOERR_UNLOCK", io_lock},
    {2067, "SQLITE_CONSTRAINT_UNIQUE", constraint},
    {2314, "SQLITE_IOERR_RDLOCK", io_lock},
    {2323, "SQLITE_CONSTRAINT_VTAB", constraint},
    {2570, "SQLITE_IOERR_DELETE", io_error},
    {2579, "SQLITE_CONSTRAINT_ROWID", constraint},
    {2826, "SQLITE_IOERR_BLOCKED", io_lock},
    {2835, "SQLITE_CONSTRAINT_PINNED", constraint},
    {3082, "SQLITE_IOERR_NOMEM", out_of_memory},
    {3091, "SQLITE_CONSTRAINT_DATATYPE", constraint},
    {3338, "SQLITE_IOERR_ACCESS", io_error},
    {3594, "SQLITE_IOERR_CHECKRESERVEDLOCK", io_lock},
    {3850, "SQLITE_IOERR_LOCK", io_lock},
    {4106, "SQLITE_IOERR_CLOSE", io_error},
    {4362, "SQLITE_IOERR_DIR_CLOSE", io_error},
    {4618, "SQLITE_IOERR_SHMOPEN", io_error},
    {4874, "SQLITE_IOERR_SHMSIZE", io_error},
    {5130, "SQLITE_IOERR_SHMLOCK", io_lock},
    {5386, "SQLITE_IOERR_SHMMAP", io_error},
    {5642, "SQLITE_IOERR_SEEK", io_error},
    {5898, "SQLITE_IOERR_DELETE_NOENT", io_error},
    {6154, "SQLITE_IOERR_MMAP", io_error},
    {6410, "SQLITE_IOERR_GETTEMPPATH", io_error},
    {6666, "SQLITE_IOERR_CONVPATH", io_error},
    {6922, "SQLITE_IOERR_VNODE", io_error},
    {7178, "SQLITE_IOERR_AUTH", io_error},
    {7434, "SQLITE_IOERR_BEGIN_ATOMIC", io_error},
    {7690, "SQLITE_IOERR_COMMIT_ATOMIC", io_error},
    {7946, "SQLITE_IOERR_ROLLBACK_ATOMIC", io_error},
    {8202, "SQLITE_IOERR_DATA", damaged},
    {8458, "SQLITE_IOERR_CORRUPTFS", damaged},
}};
static_assert(is_sorted_by_code(table));
static_assert(names_fit(table));

// An extended code is a primary one and a number above it: 32 times 35 codes hold all of the table.
constexpr int primary_mask = 0xFF;
constexpr int most_primary = 31;
constexpr int most_extension = 34;
constexpr std::size_t dense_size = (most_extension + 1) * (most_primary + 1);

/// The place in `dense_places`; beyond its end for a code that can't be listed.
constexpr std::size_t dense(int code) {
  int const primary = code & primary_mask;
  int const extension = code >> 8;
  if (code < 0 || primary > most_primary || extension > most_extension) return dense_size;
  int const place = extension * (most_primary + 1) + primary;
  return static_cast<std::size_t>(place);
}

constexpr auto dense_places = [] {
  std::array<std::uint8_t, dense_size> found{};
  found.fill(no_place);
  for (std::size_t i = 0; i < table.size(); ++i) {
    found.at(dense(table[i].code)) = static_cast<std::uint8_t>(i);
  }
  return found;
}();

code_row const* listed(int code) {
  std::size_t const at = dense(code);
  if (at == dense_size || dense_places[at] == no_place) return nullptr;
  return &table[dense_places[at]];
}

code_row const* row_of(int code) {
  code_row const* const row = listed(code);
  return row != nullptr || code <= primary_mask ? row : listed(code & primary_mask);
}

/// Whether a commit that says so may have been done: the journal, whose end is the commit, is
/// deleted before its folder is synced and before files are closed.
bool leaves_commit_open(int code) {
  constexpr int dir_fsync = 1290;
  constexpr int close = 4106;
  constexpr int dir_close = 4362;
  return code == dir_fsync || code == close || code == dir_close;
}

meaning in_doubt(meaning means) {
  means.category = category::in_doubt;
  means.advice = resolve_first;
  return means;
}

}  // namespace

failure classify_sqlite(int code, std::string_view message, phase how_far) noexcept {
  code_row const* const row = row_of(code);
  if (row == nullptr) {
    return make_failure(unknown_meaning, code_kind::sqlite, number_text{code}.view(), message);
  }
  bool const open = how_far == phase::awaiting_commit && leaves_commit_open(code);
  return make_failure(open ? in_doubt(row->meaning) : row->meaning, code_kind::sqlite, row->name,
                      message.empty() ? row->name : message);
}

std::string_view sqlite_code_name(int code) noexcept {
  code_row const* const row = row_of(code);
  return row == nullptr ? std::string_view{} : row->name;
}

std::span<known_code const> sqlite_codes() noexcept { return known_codes<table>; }

}  // namespace holdfast
