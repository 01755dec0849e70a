#include "holdfast/connect/sqlite/database.hpp"

#include "connect/sqlite/failures.hpp"
#include "holdfast/classify/sqlite.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <optional>

#include <sqlite3.h>

namespace holdfast::sqlite {
namespace {

int flags_of(open_mode mode) {
  int const common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (mode) {
    case open_mode::create: return common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case open_mode::read_write: return common | SQLITE_OPEN_READWRITE;
    case open_mode::read_only: break;
  }
  return common | SQLITE_OPEN_READONLY;
}

int milliseconds_of(duration wait) {
  auto const count = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  constexpr std::int64_t most = std::numeric_limits<int>::max();
  return static_cast<int>(std::clamp<std::int64_t>(count, 0, most));
}

using text_function = std::function<std::string(double)>;

void call_text_function(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return sqlite3_result_null(context);
  try {
    auto const& text_of = *static_cast<text_function*>(sqlite3_user_data(context));
    std::string const text = text_of(sqlite3_value_double(arguments[0]));
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } catch (std::exception const& thrown) {
    sqlite3_result_error(context, thrown.what(), -1);
  } catch (...) {
    sqlite3_result_error(context, "a function threw something that is no std::exception", -1);
  }
}

void delete_text_function(void* function) { delete static_cast<text_function*>(function); }

/// SQLite would take the text to end at its first NUL, and never see what follows.
std::optional<failure> refusal_of(std::string_view sql) {
  if (sql.find('\0') == std::string_view::npos) return std::nullopt;
  return classify_sqlite(SQLITE_MISUSE, "the SQL text holds a NUL character");
}

bool only_blanks_or_comments(sqlite3* connection, char const* rest, char const* end) {
  while (rest != end) {
    sqlite3_stmt* next = nullptr;
    char const* after = rest;
    int const code =
        sqlite3_prepare_v2(connection, rest, static_cast<int>(end - rest), &next, &after);
    sqlite3_finalize(next);
    if (code != SQLITE_OK || next != nullptr) return false;
    if (after == rest) break;
    rest = after;
  }
  return true;
}

}  // namespace

void database::closer::operator()(sqlite3* connection) const noexcept {
  sqlite3_close_v2(connection);  // waits for the last statement, in whatever order they end
}

expected<database, failure> database::open(std::string const& path, open_options const& options) {
  if (path.find('\0') != std::string::npos) {
    return unexpected(classify_sqlite(SQLITE_CANTOPEN, "the path holds a NUL character"));
  }
  sqlite3* connection = nullptr;
  int const code = sqlite3_open_v2(path.c_str(), &connection, flags_of(options.mode), nullptr);
  database opened{connection};  // also after a failure there is one to be closed
  if (code != SQLITE_OK) return unexpected(failure_on(connection, code));
  if (auto applied = opened.apply(options); !applied) return unexpected(applied.error());
  return opened;
}

expected<void, failure> database::apply(open_options const& options) {
  sqlite3_busy_timeout(connection_.get(), milliseconds_of(options.busy_timeout));
  std::string settings = "PRAGMA schema_version;";  // reads the header: is it a database at all?
  if (options.wal && options.mode != open_mode::read_only) settings += "PRAGMA journal_mode=WAL;";
  settings +=
      options.sync == sync_level::full ? "PRAGMA synchronous=FULL;" : "PRAGMA synchronous=NORMAL;";
  settings += options.foreign_keys ? "PRAGMA foreign_keys=ON;" : "PRAGMA foreign_keys=OFF;";
  return exec(settings);
}

expected<statement, failure> database::prepare(std::string_view sql) {
  if (sql.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return unexpected(classify_sqlite(SQLITE_TOOBIG));
  }
  if (auto const refused = refusal_of(sql)) return unexpected(*refused);
  sqlite3_stmt* prepared = nullptr;
  char const* rest = nullptr;
  int const code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &prepared, &rest);
  statement made{prepared};
  if (code != SQLITE_OK) return unexpected(failure_on(connection_.get(), code));
  if (prepared == nullptr) {
    return unexpected(classify_sqlite(SQLITE_MISUSE, "there is no statement in the SQL text"));
  }
  if (!only_blanks_or_comments(connection_.get(), rest, sql.data() + sql.size())) {
    return unexpected(classify_sqlite(SQLITE_MISUSE, "more than one statement in the SQL text"));
  }
  return made;
}

expected<void, failure> database::exec(std::string const& sql) {
  if (auto const refused = refusal_of(sql)) return unexpected(*refused);
  return checked_on(connection_.get(),
                    sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr));
}

std::int64_t database::changes() const noexcept { return sqlite3_changes64(connection_.get()); }

std::int64_t database::last_insert_rowid() const noexcept {
  return sqlite3_last_insert_rowid(connection_.get());
}

bool database::in_transaction() const noexcept {
  return sqlite3_get_autocommit(connection_.get()) == 0;
}

expected<void, failure> database::define_text_function(std::string const& name,
                                                       std::function<std::string(double)> text_of) {
  auto owned = std::make_unique<text_function>(std::move(text_of));
  // SQLite deletes the function, also where it refuses it.
  int const code = sqlite3_create_function_v2(
      connection_.get(), name.c_str(), 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
      owned.release(), &call_text_function, nullptr, nullptr, &delete_text_function);
  return checked_on(connection_.get(), code);
}

}  // namespace holdfast::sqlite
