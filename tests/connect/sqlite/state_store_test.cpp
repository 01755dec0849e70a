#include "holdfast/connect/sqlite/state_store.hpp"

#include "connect/sqlite/temporary_folder.hpp"
#include "holdfast/connect/sqlite/database.hpp"
#include "state/records.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace holdfast::sqlite {
namespace {

namespace fs = std::filesystem;
using testing::changed;
using testing::opened;
using testing::ordered;
using testing::temporary_folder;

std::string content(std::string const& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void write(std::string const& path, std::string_view text) {
  std::ofstream{path, std::ios::binary} << text;
}

class SqliteStore : public ::testing::Test {
 protected:
  void save(std::vector<operation_record> const& records) {
    auto const saved = store_->save(records);
    ASSERT_TRUE(saved) << describe(saved.error());
  }
  loaded_state load() {
    auto state = store_->load();
    EXPECT_TRUE(state) << describe(state.error());
    return state ? *std::move(state) : loaded_state{};
  }
  void exec(std::string const& sql) {
    auto const done = database::open(path_).value().exec(sql);
    ASSERT_TRUE(done) << describe(done.error());
  }
  std::int64_t number(std::string const& sql) {
    database in = database::open(path_).value();
    statement asked = in.prepare(sql).value();
    EXPECT_EQ(asked.step().value(), step_result::row);
    return asked.int64(0);
  }

  temporary_folder folder_;
  std::string path_ = folder_ / "state.db";
  std::unique_ptr<state_store> store_ =
      make_state_store({.path = path_, .lock_timeout = duration::zero()});
};

TEST_F(SqliteStore, ItsFilesAreForTheirOwnerAlone) {
  ::umask(0);
  save({opened("a")});
  database const reader = database::open(path_).value();  // so that the log stays
  save({opened("b")});

  EXPECT_TRUE(fs::exists(path_ + "-wal"));
  for (auto const& each : fs::directory_iterator{folder_.path()}) {
    EXPECT_EQ(each.status().permissions(), fs::perms::owner_read | fs::perms::owner_write) << each;
  }
}

TEST_F(SqliteStore, ReadingMakesNoDatabase) {
  EXPECT_TRUE(load().operations.empty());
  EXPECT_TRUE(store_->orders_after(0).value().empty());

  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(SqliteStore, ADatabaseOfOthersTakesItsTables) {
  exec("CREATE TABLE molecules(id)");

  save({opened("a")});

  EXPECT_EQ(load().operations, std::vector{opened("a")});
  EXPECT_EQ(number("SELECT count(*) FROM molecules"), 0);
}

TEST_F(SqliteStore, ADamagedRowIsSetAsideAndTheOthersLoad) {
  save({opened("a"), opened("b")});
  exec("UPDATE holdfast_state SET record = replace(record, 'open', 'shut') WHERE operation = 'a'");

  loaded_state const state = load();

  EXPECT_EQ(state.operations, std::vector{opened("b")});
  ASSERT_EQ(state.set_aside.size(), 1U);
  EXPECT_EQ(state.set_aside[0].what, path_ + ", holdfast_state of a");
  EXPECT_EQ(state.set_aside[0].where, path_ + ", holdfast_state_damaged row 1");
  EXPECT_EQ(state.set_aside[0].why.text, "the checksum does not fit the record");
  EXPECT_EQ(number("SELECT count(*) FROM holdfast_state_damaged WHERE operation = 'a' AND "
                   "origin = 'holdfast_state' AND record LIKE '%shut%'"),
            1);
  EXPECT_TRUE(load().set_aside.empty());
}

TEST_F(SqliteStore, ANewerRowIsSetAsideAsThat) {
  save({opened("a"), opened("b")});
  exec("UPDATE holdfast_state SET version = 2 WHERE operation = 'b'");

  loaded_state const state = load();

  EXPECT_EQ(state.operations, std::vector{opened("a")});
  ASSERT_EQ(state.set_aside.size(), 1U);
  EXPECT_EQ(state.set_aside[0].why.category, category::configuration);
}

TEST_F(SqliteStore, ARecordInAnothersRowIsSetAside) {
  save({opened("a")});
  ASSERT_TRUE(store_->give(ordered("a")));
  exec("UPDATE holdfast_state SET operation = 'b'; UPDATE holdfast_state_orders SET id = id + 1");

  loaded_state const state = load();

  EXPECT_TRUE(state.operations.empty());
  EXPECT_EQ(state.set_aside.size(), 2U);
}

TEST_F(SqliteStore, DamagedChangesAndOrdersFailUntilTheyAreLoaded) {
  ASSERT_TRUE(store_->append(std::vector{changed("a", "1"), changed("a", "2")}));
  ASSERT_TRUE(store_->give(ordered("a")));
  exec(
      "UPDATE holdfast_state_changes SET checksum = 1 WHERE id = 1;"
      "UPDATE holdfast_state_orders SET record = x'00'");

  EXPECT_EQ(store_->changes("a", 10).error().category, category::corruption);
  EXPECT_EQ(store_->orders_after(0).error().category, category::corruption);
  EXPECT_EQ(load().set_aside.size(), 2U);
  EXPECT_EQ(store_->changes("a", 10).value(), std::vector{changed("a", "2")});
  EXPECT_TRUE(store_->orders_after(0).value().empty());
}

TEST_F(SqliteStore, TheNewest100DamagedRowsAreKept) {
  std::vector<operation_record> many;
  for (int i = 0; i < 150; ++i) many.push_back(opened(std::to_string(1000 + i).c_str()));
  save(many);
  exec("UPDATE holdfast_state SET checksum = 0");

  EXPECT_EQ(load().set_aside.size(), 150U);
  EXPECT_EQ(number("SELECT count(*) FROM holdfast_state_damaged"), 100);
  EXPECT_EQ(number("SELECT min(operation) FROM holdfast_state_damaged"), 1050);
}

TEST_F(SqliteStore, WhatIsNoDatabaseIsSetAsideAsAWhole) {
  write(path_, std::string(5000, 'x'));
  EXPECT_EQ(store_->save(std::vector{opened("a")}).error().category, category::corruption);

  loaded_state const state = load();

  ASSERT_EQ(state.set_aside.size(), 1U);
  EXPECT_EQ(state.set_aside[0].where, path_ + ".damaged-1");
  EXPECT_EQ(content(path_ + ".damaged-1"), std::string(5000, 'x'));
  save({opened("a")});
  EXPECT_EQ(load().operations, std::vector{opened("a")});
}

// SQLite itself may take it away when it closes what it could not read.
TEST_F(SqliteStore, NothingOfItsLogIsLeftBehindForTheNextDatabase) {
  write(path_, std::string(5000, 'x'));
  write(path_ + "-wal", "log");

  EXPECT_EQ(load().set_aside.size(), 1U);

  EXPECT_TRUE(fs::exists(path_ + ".damaged-1"));
  EXPECT_FALSE(fs::exists(path_ + "-wal"));
}

TEST_F(SqliteStore, NewerTablesAreSetAsideAsAWhole) {
  save({opened("a")});
  exec("UPDATE holdfast_state_schema SET version = 2");

  EXPECT_EQ(store_->save(std::vector{opened("a")}).error().category, category::configuration);
  loaded_state const state = load();

  ASSERT_EQ(state.set_aside.size(), 1U);
  EXPECT_EQ(state.set_aside[0].why.text, "written as version 2; this one reads 1");
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(SqliteStore, TablesThatAreNotOursAreSetAsideAsAWhole) {
  exec("CREATE TABLE holdfast_state(whatever)");

  EXPECT_EQ(load().set_aside.size(), 1U);
}

TEST_F(SqliteStore, AFlippedByteNeverMakesAThirdState) {
  std::vector const all{opened("a"), opened("b"), opened("c")};
  save(all);
  ASSERT_TRUE(store_->append(std::vector{changed("a", "why")}));
  std::string const whole = content(path_);
  std::size_t aside = 0;
  for (std::size_t at = 0; at < whole.size(); at += 37) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    write(path_, damaged);

    auto const state = store_->load();

    if (!state) continue;
    aside += state->set_aside.size();
    EXPECT_TRUE(!state->set_aside.empty() || state->operations == all) << at;
    EXPECT_TRUE(std::includes(
        all.begin(), all.end(), state->operations.begin(), state->operations.end(),
        [](auto const& a, auto const& b) { return a.operation.view() < b.operation.view(); }))
        << at;
    for (operation_record const& each : state->operations) {
      EXPECT_EQ(each, opened(each.operation)) << at;
    }
  }
  EXPECT_GT(aside, 20U);
}

TEST_F(SqliteStore, AFailureSaysWhatToDo) {
  auto const nowhere = make_state_store({.path = folder_ / "none/state.db"});

  EXPECT_EQ(nowhere->save(std::vector{opened("a")}).error().text.view().substr(0, 28),
            "make the folder: can't open ");
  EXPECT_TRUE(nowhere->load());
}

TEST_F(SqliteStore, AnotherWriterIsAFailureThatPasses) {
  save({opened("a")});
  database other = database::open(path_).value();
  ASSERT_TRUE(other.exec("BEGIN IMMEDIATE"));

  EXPECT_EQ(store_->save(std::vector{opened("b")}).error().category, category::transient);
  EXPECT_EQ(load().operations, std::vector{opened("a")});
}

TEST_F(SqliteStore, NumbersOfOrdersRiseAlsoAfterAllWereSetAside) {
  std::int64_t const before = store_->give(ordered("a", testing::monday)).value();
  exec("UPDATE holdfast_state_orders SET checksum = 0");
  EXPECT_EQ(load().set_aside.size(), 1U);

  EXPECT_GT(store_->give(ordered("a", testing::monday + std::chrono::seconds{1})).value(), before);
}

TEST_F(SqliteStore, ItIsOpenedByItsScheme) {
  store_factories const stores{sqlite_stores()};
  save({opened("a")});

  EXPECT_EQ(stores.open("sqlite:" + path_).value()->load().value().operations,
            std::vector{opened("a")});
}

}  // namespace
}  // namespace holdfast::sqlite
