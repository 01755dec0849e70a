#include "holdfast/state/file_store.hpp"

#include "connect/sqlite/temporary_folder.hpp"
#include "holdfast/state/file_lock.hpp"
#include "state/records.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace holdfast {
namespace {

namespace fs = std::filesystem;
using testing::changed;
using testing::opened;
using testing::ordered;
using testing::temporary_folder;

void write(std::string const& path, std::string_view text) {
  std::ofstream{path, std::ios::binary} << text;
}

std::string content(std::string const& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<std::string> names_in(temporary_folder const& folder) {
  std::vector<std::string> names;
  for (auto const& each : fs::directory_iterator{folder.path()}) {
    names.push_back(each.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class FileStore : public ::testing::Test {
 protected:
  std::unique_ptr<state_store> open() {
    return file_store({.path = path_, .lock_timeout = duration::zero()});
  }

  temporary_folder folder_;
  std::string path_ = folder_ / "state";
  std::unique_ptr<state_store> store_ = open();
};

TEST_F(FileStore, ItsFilesAreForTheirOwnerAlone) {
  ::umask(0);
  ASSERT_TRUE(store_->save(std::vector{opened("a")}));
  ASSERT_TRUE(store_->append(std::vector{changed("a", "why")}));
  ASSERT_TRUE(store_->give(ordered("a")));

  EXPECT_EQ(names_in(folder_),
            (std::vector<std::string>{"state", "state-changes", "state-orders", "state.lock"}));
  for (auto const& each : fs::directory_iterator{folder_.path()}) {
    EXPECT_EQ(each.status().permissions(), fs::perms::owner_read | fs::perms::owner_write) << each;
  }
}

TEST_F(FileStore, WhatAKilledProcessLeftIsCleanedUp) {
  write(path_ + ".new", "half a state");

  ASSERT_TRUE(store_->save(std::vector{opened("a")}));

  EXPECT_EQ(names_in(folder_), (std::vector<std::string>{"state", "state.lock"}));
}

TEST_F(FileStore, ADamagedFileIsSetAsideAndTold) {
  write(path_, "nothing of ours");

  loaded_state const state = store_->load().value();

  EXPECT_TRUE(state.operations.empty());
  ASSERT_EQ(state.set_aside.size(), 1U);
  EXPECT_EQ(state.set_aside[0].what, path_);
  EXPECT_EQ(state.set_aside[0].where, path_ + ".damaged-1");
  EXPECT_EQ(state.set_aside[0].why.category, category::corruption);
  EXPECT_EQ(content(path_ + ".damaged-1"), "nothing of ours");
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(FileStore, ANewerFileIsSetAsideAsThat) {
  write(path_, "holdfast-state 2 of another form");

  loaded_state const state = store_->load().value();

  ASSERT_EQ(state.set_aside.size(), 1U);
  EXPECT_EQ(state.set_aside[0].why.category, category::configuration);
}

TEST_F(FileStore, ADamagedHistoryCostsNoCircuit) {
  ASSERT_TRUE(store_->save(std::vector{opened("a")}));
  write(path_ + "-changes", "x");
  write(path_ + "-orders", "");

  loaded_state const state = store_->load().value();

  EXPECT_EQ(state.operations, std::vector{opened("a")});
  EXPECT_EQ(state.set_aside.size(), 2U);
  EXPECT_TRUE(store_->append(std::vector{changed("a", "why")}));
  EXPECT_GT(store_->give(ordered("a")).value(), 0);
}

TEST_F(FileStore, OnlyLoadSetsAside) {
  for (char const* const ending : {"", "-changes", "-orders", "-shared"}) {
    write(path_ + ending, "x");
  }

  EXPECT_EQ(store_->save(std::vector{opened("a")}).error().category, category::corruption);
  EXPECT_EQ(store_->forget("a").error().category, category::corruption);
  EXPECT_EQ(store_->append(std::vector{changed("a", "w")}).error().category, category::corruption);
  EXPECT_EQ(store_->changes("a", 1).error().category, category::corruption);
  EXPECT_EQ(store_->give(ordered("a")).error().category, category::corruption);
  EXPECT_EQ(store_->orders_after(0).error().category, category::corruption);
  EXPECT_EQ(store_->shared_circuits().error().category, category::corruption);
  EXPECT_EQ(content(path_), "x");

  EXPECT_EQ(store_->load().value().set_aside.size(), 4U);
  EXPECT_TRUE(store_->save(std::vector{opened("a")}));
}

TEST_F(FileStore, TheNewestFiveOfThoseSetAsideStay) {
  write(path_ + ".damaged-x", "not ours");
  for (int i = 1; i <= 12; ++i) {
    write(path_, std::to_string(i));
    EXPECT_EQ(store_->load().value().set_aside[0].where, path_ + ".damaged-" + std::to_string(i));
  }

  EXPECT_EQ(names_in(folder_),
            (std::vector<std::string>{"state.damaged-10", "state.damaged-11", "state.damaged-12",
                                      "state.damaged-8", "state.damaged-9", "state.damaged-x",
                                      "state.lock"}));
  EXPECT_EQ(content(path_ + ".damaged-12"), "12");
}

TEST_F(FileStore, AFlippedByteNeverMakesAThirdState) {
  ASSERT_TRUE(store_->save(std::vector{opened("a")}));
  std::string const whole = content(path_);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    write(path_, damaged);

    loaded_state const state = store_->load().value();

    EXPECT_TRUE(state.operations.empty()) << at;
    EXPECT_EQ(state.set_aside.size(), 1U) << at;
  }
}

TEST_F(FileStore, AFileThatIsTooLargeIsSetAsideUnread) {
  write(path_, "holdfast-state 1");
  fs::resize_file(path_, 64 * 1024 * 1024 + 1);

  EXPECT_EQ(store_->load().value().set_aside.size(), 1U);
}

TEST_F(FileStore, AFolderOrAPipeInItsPlaceIsNotTouched) {
  fs::create_directory(path_);
  ASSERT_EQ(::mkfifo((path_ + "-orders").c_str(), 0600), 0);

  EXPECT_EQ(store_->load().error().category, category::configuration);
  EXPECT_EQ(store_->orders_after(0).error().category, category::configuration);
  EXPECT_TRUE(fs::is_directory(path_));
}

TEST_F(FileStore, ALockThatIsHeldIsAFailureThatPasses) {
  auto const held = file_lock::take(path_ + ".lock", duration::zero());
  ASSERT_TRUE(held);

  auto const saved = store_->save(std::vector{opened("a")});

  EXPECT_EQ(saved.error().category, category::transient);
  EXPECT_TRUE(store_->load());
}

TEST_F(FileStore, AFailureSaysWhatToDo) {
  auto const nowhere = file_store({.path = folder_ / "none/state"});

  EXPECT_EQ(nowhere->save(std::vector{opened("a")}).error().text.view().substr(0, 28),
            "make the folder: can't open ");
  EXPECT_TRUE(nowhere->load());
}

TEST_F(FileStore, NumbersOfOrdersRiseAlsoAfterAllWereSetAside) {
  std::int64_t const before = store_->give(ordered("a", testing::monday)).value();
  write(path_ + "-orders", "x");
  ASSERT_TRUE(store_->load());

  EXPECT_GT(store_->give(ordered("a", testing::monday + std::chrono::seconds{1})).value(), before);
}

}  // namespace
}  // namespace holdfast
