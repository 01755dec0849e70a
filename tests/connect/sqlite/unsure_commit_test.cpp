#include "connect/sqlite/temporary_folder.hpp"
#include "holdfast/connect/sqlite/database.hpp"
#include "holdfast/connect/sqlite/transaction.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace holdfast::sqlite {
namespace {

using holdfast::testing::temporary_folder;

/// A file system that can't put on the disk that a file was deleted. Deleting the journal is what
/// commits, so SQLite reports an error of a transaction that has happened.
class forgetful_folder {
 public:
  forgetful_folder() {
    real() = sqlite3_vfs_find(nullptr);
    vfs_ = *real();
    vfs_.zName = "forgetful";
    vfs_.xDelete = [](sqlite3_vfs* /*ours*/, char const* path, int sync_folder) {
      int const code = real()->xDelete(real(), path, sync_folder);
      return code == SQLITE_OK && sync_folder != 0 ? SQLITE_IOERR_DIR_FSYNC : code;
    };
    sqlite3_vfs_register(&vfs_, 1);
  }
  forgetful_folder(forgetful_folder const&) = delete;
  forgetful_folder& operator=(forgetful_folder const&) = delete;
  ~forgetful_folder() { sqlite3_vfs_unregister(&vfs_); }

 private:
  static sqlite3_vfs*& real() {
    static sqlite3_vfs* found = nullptr;
    return found;
  }
  sqlite3_vfs vfs_{};
};

TEST(UnsureCommit, ACommitWhoseFolderCouldNotBeSyncedIsInDoubtAndMayHaveHappened) {
  temporary_folder const folder;
  open_options const with_journal{.wal = false};
  {
    auto made = database::open(folder / "a.db", with_journal).value();
    ASSERT_TRUE(made.exec("CREATE TABLE t(a)"));
  }
  {
    forgetful_folder const faulty;
    database db = database::open(folder / "a.db", with_journal).value();
    ASSERT_TRUE(db.exec("PRAGMA synchronous=EXTRA"));  // below that nothing waits for the folder
    transaction write = transaction::begin(db).value();
    ASSERT_TRUE(db.exec("INSERT INTO t VALUES(1)"));

    auto const done = write.commit();

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code.value.view(), "SQLITE_IOERR_DIR_FSYNC");
    EXPECT_EQ(done.error().category, category::in_doubt);
    EXPECT_EQ(done.error().advice, advice::resolve_first);
  }

  database db = database::open(folder / "a.db", with_journal).value();
  statement count = db.prepare("SELECT count(*) FROM t").value();
  ASSERT_TRUE(count.step());
  EXPECT_EQ(count.int64(0), 1);
}

}  // namespace
}  // namespace holdfast::sqlite
