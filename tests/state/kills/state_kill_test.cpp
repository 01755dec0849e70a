// Kills, full disks and read-only folders, at every step of a change to a store: what is loaded
// afterwards is the old state or the new one, never a third.

#include "connect/sqlite/temporary_folder.hpp"
#include "disk_steps.hpp"
#include "holdfast/connect/sqlite/state_store.hpp"
#include "holdfast/state/file_store.hpp"
#include "state/records.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::testing {
namespace {

namespace fs = std::filesystem;
using sqlite::make_state_store;

struct store_kind {
  char const* name;
  std::unique_ptr<state_store> (*open)(std::string const& path);
};

std::unique_ptr<state_store> in_files(std::string const& path) {
  return file_store({.path = path});
}
std::unique_ptr<state_store> in_sqlite(std::string const& path) {
  return make_state_store({.path = path});
}

/// 60 circuits: enough for several pages of a database.
std::vector<operation_record> circuits(std::uint64_t generation) {
  std::vector<operation_record> all;
  for (int i = 0; i < 60; ++i) {
    all.push_back(opened(std::to_string(100 + i).c_str(), generation));
  }
  return all;
}

constexpr int worked = 100;
constexpr int killed = -1;

/// Runs in a child: `worked`, the category of its failure, or `killed`.
int in_child(std::function<expected<void, failure>()> const& what) {
  pid_t const child = ::fork();
  if (child == 0) {
    auto const done = what();
    ::_exit(done ? worked : static_cast<int>(done.error().category));
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : killed;
}

class DisturbedStore : public ::testing::TestWithParam<store_kind> {
 protected:
  std::unique_ptr<state_store> open() { return GetParam().open(path_); }

  std::vector<operation_record> loaded() {
    auto const state = open()->load();
    EXPECT_TRUE(state) << describe(state.error());
    EXPECT_TRUE(state && state->set_aside.empty());
    return state ? state->operations : std::vector<operation_record>{};
  }

  /// Has a mishap at each step of a change in turn, until the change has fewer steps. `whole` looks
  /// whether the store is as before or after; `undo` makes it again as before.
  /// @return how many times it happened
  int disturb(mishap what, std::function<expected<void, failure>(state_store&)> const& change,
              std::function<bool()> const& whole, std::function<void()> const& undo) {
    for (int step = 1; step < 2000; ++step) {
      undo();
      int const result = in_child([&] {
        let_happen(what, step);
        return change(*open());
      });
      EXPECT_TRUE(whole()) << "step " << step << ", result " << result;
      bool const is_kill = what == mishap::kill_before || what == mishap::kill_within;
      if (is_kill ? result != killed : result == worked) return step - 1;
    }
    ADD_FAILURE() << "a change without end";
    return 0;
  }

  temporary_folder folder_;
  std::string path_ = folder_ / "state";
  std::vector<operation_record> old_ = circuits(1);
  std::vector<operation_record> new_ = circuits(2);

  bool is_old_or_new() {
    auto const found = loaded();
    return found == old_ || found == new_;
  }
  void save_old() { ASSERT_TRUE(open()->save(old_)); }
  int disturb_saving(mishap what) {
    return disturb(
        what, [&](state_store& store) { return store.save(new_); }, [&] { return is_old_or_new(); },
        [&] { save_old(); });
  }
};

TEST_P(DisturbedStore, AKillAtAnyStepOfASaveLeavesTheOldOrTheNewState) {
  EXPECT_GE(disturb_saving(mishap::kill_before), 4);
  EXPECT_GE(disturb_saving(mishap::kill_within), 4);
}

TEST_P(DisturbedStore, AKillAtAnyStepOfTheFirstSaveLeavesNothingOrAll) {
  auto const change = [&](state_store& store) { return store.save(new_); };
  auto const whole = [&] {
    auto const found = loaded();
    return found.empty() || found == new_;
  };
  auto const undo = [&] {
    for (auto const& each : fs::directory_iterator{folder_.path()}) fs::remove(each.path());
  };

  EXPECT_GE(disturb(mishap::kill_before, change, whole, undo), 4);
  EXPECT_GE(disturb(mishap::kill_within, change, whole, undo), 4);
}

TEST_P(DisturbedStore, AKillAtAnyStepOfAChangeToASharedCircuitLosesItOrMakesItAndLocksNobodyOut) {
  auto const one_more = [](state_store& store) {
    return store.change_shared(std::vector<operation_name>{"a"},
                               [](std::span<shared_circuit> all) { ++all[0].changes; });
  };
  std::uint64_t before = 0;
  auto const changes = [&] {
    auto const all = open()->shared_circuits().value();
    return all.empty() ? 0 : all[0].changes;
  };
  auto const whole = [&] { return changes() == before || changes() == before + 1; };
  ASSERT_TRUE(one_more(*open()));

  EXPECT_GE(disturb(mishap::kill_within, one_more, whole, [&] { before = changes(); }), 4);

  EXPECT_TRUE(one_more(*open()));
}

TEST_P(DisturbedStore, AKillAtAnyStepOfAnOrderLosesItOrGivesIt) {
  std::size_t before = 0;
  auto const change = [](state_store& store) -> expected<void, failure> {
    auto const number = store.give(ordered("a"));
    if (!number) return unexpected{number.error()};
    return {};
  };
  auto const orders = [&] { return open()->orders_after(0).value(); };
  auto const whole = [&] { return orders().size() == before || orders().size() == before + 1; };

  EXPECT_GE(disturb(mishap::kill_within, change, whole, [&] { before = orders().size(); }), 4);

  ASSERT_TRUE(open()->give(ordered("a")));
  std::int64_t last = 0;
  for (order_record const& each : orders()) {
    EXPECT_GT(each.number, last);
    last = each.number;
  }
}

TEST_P(DisturbedStore, AKillAtAnyStepOfAnAppendAddsAllOrNothing) {
  std::size_t before = 0;
  auto const change = [](state_store& store) {
    return store.append(std::vector{changed("a", "1"), changed("a", "2")});
  };
  auto const count = [&] { return open()->changes("a", 1000).value().size(); };

  EXPECT_GE(
      disturb(
          mishap::kill_within, change, [&] { return count() == before || count() == before + 2; },
          [&] { before = count(); }),
      4);
}

TEST_P(DisturbedStore, AKillWhileDamageIsSetAsideLosesNothingOfIt) {
  std::string const damaged(5000, 'x');
  auto const change = [](state_store& store) -> expected<void, failure> {
    auto const state = store.load();
    if (!state) return unexpected{state.error()};
    return {};
  };
  auto const whole = [&] {
    auto const state = open()->load();
    bool kept = false;
    for (auto const& each : fs::directory_iterator{folder_.path()}) {
      kept = kept || (each.path().string().starts_with(path_ + ".damaged-") &&
                      each.file_size() == damaged.size());
    }
    return kept && state && state->operations.empty() && !fs::exists(path_);
  };
  auto const undo = [&] {
    for (auto const& each : fs::directory_iterator{folder_.path()}) fs::remove(each.path());
    std::ofstream{path_} << damaged;
  };

  EXPECT_GE(disturb(mishap::kill_before, change, whole, undo), 1);
  EXPECT_GE(disturb(mishap::kill_within, change, whole, undo), 1);
}

TEST_P(DisturbedStore, ADiskThatIsFullAtAnyStepLeavesTheOldOrTheNewState) {
  EXPECT_GE(disturb_saving(mishap::full_disk), 1);
}

TEST_P(DisturbedStore, ADiskThatFailsAtAnyStepLeavesTheOldOrTheNewState) {
  for (int step = 1; step < 200; ++step) {
    save_old();
    static_cast<void>(in_child([&] {
      let_happen(mishap::broken_disk, step);
      return open()->save(new_);
    }));
    EXPECT_TRUE(is_old_or_new()) << "step " << step;
  }
}

TEST_P(DisturbedStore, ALimitOfFileSizesIsAFailureOfResources) {
  save_old();
  int refused = 0;
  for (rlim_t limit = 0; limit < 200'000; limit += 5'000) {
    int const result = in_child([&] {
      ::signal(SIGXFSZ, SIG_IGN);
      rlimit const most{limit, limit};
      ::setrlimit(RLIMIT_FSIZE, &most);
      return open()->save(new_);
    });
    EXPECT_TRUE(is_old_or_new()) << limit;
    if (result == worked) break;
    EXPECT_EQ(result, static_cast<int>(category::resource)) << limit;
    ++refused;
  }
  EXPECT_GE(refused, 2);
}

TEST_P(DisturbedStore, AReadOnlyFolderIsAFailureThatChangesNothing) {
  constexpr uid_t nobody = 65534;
  save_old();
  if (::geteuid() == 0) {  // who may write everywhere; so become somebody else
    for (auto const& each : fs::recursive_directory_iterator{folder_.path()}) {
      ASSERT_EQ(::chown(each.path().c_str(), nobody, nobody), 0);
    }
    ASSERT_EQ(::chown(folder_.path().c_str(), nobody, nobody), 0);
  }
  fs::permissions(folder_.path(), fs::perms::owner_read | fs::perms::owner_exec);

  int const saved = in_child([&]() -> expected<void, failure> {
    if (::geteuid() == 0 && ::setresuid(nobody, nobody, nobody) != 0) return {};
    return open()->save(new_);
  });

  EXPECT_NE(saved, worked);
  fs::permissions(folder_.path(), fs::perms::owner_all);
  EXPECT_EQ(loaded(), old_);
}

INSTANTIATE_TEST_SUITE_P(Kept, DisturbedStore,
                         ::testing::Values(store_kind{"InFiles", &in_files},
                                           store_kind{"InSqlite", &in_sqlite}),
                         [](auto const& which) { return which.param.name; });

}  // namespace
}  // namespace holdfast::testing
