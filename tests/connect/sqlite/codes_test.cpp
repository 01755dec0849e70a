#include "holdfast/classify/sqlite.hpp"

#include <array>
#include <string_view>

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace holdfast {
namespace {

struct named_code {
  int code;
  std::string_view name;
};

#define CODE(name) \
  named_code { name, #name }

constexpr std::array codes{CODE(SQLITE_ERROR),
                           CODE(SQLITE_INTERNAL),
                           CODE(SQLITE_PERM),
                           CODE(SQLITE_ABORT),
                           CODE(SQLITE_BUSY),
                           CODE(SQLITE_LOCKED),
                           CODE(SQLITE_NOMEM),
                           CODE(SQLITE_READONLY),
                           CODE(SQLITE_INTERRUPT),
                           CODE(SQLITE_IOERR),
                           CODE(SQLITE_CORRUPT),
                           CODE(SQLITE_NOTFOUND),
                           CODE(SQLITE_FULL),
                           CODE(SQLITE_CANTOPEN),
                           CODE(SQLITE_PROTOCOL),
                           CODE(SQLITE_SCHEMA),
                           CODE(SQLITE_TOOBIG),
                           CODE(SQLITE_CONSTRAINT),
                           CODE(SQLITE_MISMATCH),
                           CODE(SQLITE_MISUSE),
                           CODE(SQLITE_NOLFS),
                           CODE(SQLITE_AUTH),
                           CODE(SQLITE_RANGE),
                           CODE(SQLITE_NOTADB),
                           CODE(SQLITE_ERROR_MISSING_COLLSEQ),
                           CODE(SQLITE_ERROR_RETRY),
                           CODE(SQLITE_ERROR_SNAPSHOT),
                           CODE(SQLITE_IOERR_READ),
                           CODE(SQLITE_IOERR_SHORT_READ),
                           CODE(SQLITE_IOERR_WRITE),
                           CODE(SQLITE_IOERR_FSYNC),
                           CODE(SQLITE_IOERR_DIR_FSYNC),
                           CODE(SQLITE_IOERR_TRUNCATE),
                           CODE(SQLITE_IOERR_FSTAT),
                           CODE(SQLITE_IOERR_UNLOCK),
                           CODE(SQLITE_IOERR_RDLOCK),
                           CODE(SQLITE_IOERR_DELETE),
                           CODE(SQLITE_IOERR_BLOCKED),
                           CODE(SQLITE_IOERR_NOMEM),
                           CODE(SQLITE_IOERR_ACCESS),
                           CODE(SQLITE_IOERR_CHECKRESERVEDLOCK),
                           CODE(SQLITE_IOERR_LOCK),
                           CODE(SQLITE_IOERR_CLOSE),
                           CODE(SQLITE_IOERR_DIR_CLOSE),
                           CODE(SQLITE_IOERR_SHMOPEN),
                           CODE(SQLITE_IOERR_SHMSIZE),
                           CODE(SQLITE_IOERR_SHMLOCK),
                           CODE(SQLITE_IOERR_SHMMAP),
                           CODE(SQLITE_IOERR_SEEK),
                           CODE(SQLITE_IOERR_DELETE_NOENT),
                           CODE(SQLITE_IOERR_MMAP),
                           CODE(SQLITE_IOERR_GETTEMPPATH),
                           CODE(SQLITE_IOERR_CONVPATH),
                           CODE(SQLITE_IOERR_VNODE),
                           CODE(SQLITE_IOERR_AUTH),
                           CODE(SQLITE_IOERR_BEGIN_ATOMIC),
                           CODE(SQLITE_IOERR_COMMIT_ATOMIC),
                           CODE(SQLITE_IOERR_ROLLBACK_ATOMIC),
                           CODE(SQLITE_IOERR_DATA),
                           CODE(SQLITE_IOERR_CORRUPTFS),
                           CODE(SQLITE_LOCKED_SHAREDCACHE),
                           CODE(SQLITE_LOCKED_VTAB),
                           CODE(SQLITE_BUSY_RECOVERY),
                           CODE(SQLITE_BUSY_SNAPSHOT),
                           CODE(SQLITE_BUSY_TIMEOUT),
                           CODE(SQLITE_CANTOPEN_NOTEMPDIR),
                           CODE(SQLITE_CANTOPEN_ISDIR),
                           CODE(SQLITE_CANTOPEN_FULLPATH),
                           CODE(SQLITE_CANTOPEN_CONVPATH),
                           CODE(SQLITE_CANTOPEN_DIRTYWAL),
                           CODE(SQLITE_CANTOPEN_SYMLINK),
                           CODE(SQLITE_CORRUPT_VTAB),
                           CODE(SQLITE_CORRUPT_SEQUENCE),
                           CODE(SQLITE_CORRUPT_INDEX),
                           CODE(SQLITE_READONLY_RECOVERY),
                           CODE(SQLITE_READONLY_CANTLOCK),
                           CODE(SQLITE_READONLY_ROLLBACK),
                           CODE(SQLITE_READONLY_DBMOVED),
                           CODE(SQLITE_READONLY_CANTINIT),
                           CODE(SQLITE_READONLY_DIRECTORY),
                           CODE(SQLITE_ABORT_ROLLBACK),
                           CODE(SQLITE_CONSTRAINT_CHECK),
                           CODE(SQLITE_CONSTRAINT_COMMITHOOK),
                           CODE(SQLITE_CONSTRAINT_FOREIGNKEY),
                           CODE(SQLITE_CONSTRAINT_FUNCTION),
                           CODE(SQLITE_CONSTRAINT_NOTNULL),
                           CODE(SQLITE_CONSTRAINT_PRIMARYKEY),
                           CODE(SQLITE_CONSTRAINT_TRIGGER),
                           CODE(SQLITE_CONSTRAINT_UNIQUE),
                           CODE(SQLITE_CONSTRAINT_VTAB),
                           CODE(SQLITE_CONSTRAINT_ROWID),
                           CODE(SQLITE_CONSTRAINT_PINNED),
                           CODE(SQLITE_CONSTRAINT_DATATYPE),
                           CODE(SQLITE_AUTH_USER)};

#undef CODE

// The table of classify is written without sqlite3.h; here the two meet.
TEST(SqliteCodes, NumbersAndNamesAreThoseOfTheHeader) {
  for (auto const& of_header : codes) {
    EXPECT_EQ(sqlite_code_name(of_header.code), of_header.name) << of_header.code;
  }
}

}  // namespace
}  // namespace holdfast
