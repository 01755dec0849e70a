#pragma once

// What every state store promises, as tests: instantiate StateStore with a maker for each store.

#include "connect/sqlite/temporary_folder.hpp"
#include "holdfast/state/state_store.hpp"
#include "state/records.hpp"

#include <functional>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast::testing {

struct store_maker {
  std::string name;
  /// Opens the store of a folder; twice the same one, where it outlives its object.
  std::function<std::unique_ptr<state_store>(temporary_folder const&)> open;
  bool outlives_its_object = true;

  friend std::ostream& operator<<(std::ostream& to, store_maker const& which) {
    return to << which.name;
  }
};

inline std::string name_of_maker(::testing::TestParamInfo<store_maker> const& which) {
  return which.param.name;
}

class StateStore : public ::testing::TestWithParam<store_maker> {
 protected:
  std::unique_ptr<state_store> open() { return GetParam().open(folder_); }

  /// What another process would load.
  std::vector<operation_record> loaded() {
    auto const seen = GetParam().outlives_its_object ? open()->load() : store_->load();
    EXPECT_TRUE(seen) << describe(seen.error());
    EXPECT_TRUE(seen && seen->set_aside.empty());
    return seen ? seen->operations : std::vector<operation_record>{};
  }
  void save(std::vector<operation_record> const& records) {
    auto const saved = store_->save(records);
    ASSERT_TRUE(saved) << describe(saved.error());
  }
  void append(std::vector<change_record> const& changes) {
    auto const appended = store_->append(changes);
    ASSERT_TRUE(appended) << describe(appended.error());
  }

  temporary_folder folder_;
  std::unique_ptr<state_store> store_ = open();
};

TEST_P(StateStore, ANewOneIsEmpty) {
  EXPECT_TRUE(loaded().empty());
  EXPECT_TRUE(store_->changes("a", 10).value().empty());
  EXPECT_TRUE(store_->orders_after(0).value().empty());
  EXPECT_TRUE(store_->forget("a"));
}

TEST_P(StateStore, WhatWasSavedIsLoadedInTheOrderOfNames) {
  save({opened("b"), opened("\xFF"), opened("a")});

  EXPECT_EQ(loaded(), (std::vector{opened("a"), opened("b"), opened("\xFF")}));
}

TEST_P(StateStore, ASaveReplacesItsNamesAndLeavesTheOthers) {
  save({opened("a", 1), opened("b", 1)});
  save({opened("b", 2), opened("c", 2)});

  EXPECT_EQ(loaded(), (std::vector{opened("a", 1), opened("b", 2), opened("c", 2)}));
}

TEST_P(StateStore, OfOneNameTwiceInASaveTheLastIsKept) {
  save({opened("a", 1), opened("a", 2)});

  EXPECT_EQ(loaded(), std::vector{opened("a", 2)});
}

TEST_P(StateStore, AnOperationWithoutANameIsRefusedWithAllOfItsSave) {
  save({opened("a", 1)});

  EXPECT_EQ(store_->save(std::vector{opened("a", 2), opened("")}).error().category,
            category::programming);
  EXPECT_EQ(store_->append(std::vector{changed("", "why")}).error().category,
            category::programming);
  EXPECT_EQ(store_->give(ordered("")).error().category, category::programming);
  EXPECT_EQ(loaded(), std::vector{opened("a", 1)});
}

TEST_P(StateStore, MoreOperationsThanAreKeptAreRefused) {
  std::vector<operation_record> many(100'000);
  for (std::size_t i = 0; i < many.size(); ++i) many[i].operation = std::to_string(i).c_str();
  save(many);

  EXPECT_EQ(store_->save(std::vector{opened("one more")}).error().category, category::resource);
  save({opened("0")});
  EXPECT_EQ(loaded().size(), 100'000U);
}

TEST_P(StateStore, AForgottenOperationLosesItsHistoryAndNoOther) {
  save({opened("a"), opened("b")});
  append({changed("a", "1"), changed("b", "2")});

  ASSERT_TRUE(store_->forget("a"));

  EXPECT_EQ(loaded(), std::vector{opened("b")});
  EXPECT_TRUE(store_->changes("a", 10).value().empty());
  EXPECT_EQ(store_->changes("b", 10).value(), std::vector{changed("b", "2")});
}

TEST_P(StateStore, ChangesAreToldNewestFirstWhateverTheirClock) {
  change_record early = changed("a", "third");
  early.at = monday - std::chrono::hours{24};
  append({changed("a", "first"), changed("b", "other")});
  append({changed("a", "second"), early});

  EXPECT_EQ(store_->changes("a", 10).value(),
            (std::vector{early, changed("a", "second"), changed("a", "first")}));
  EXPECT_EQ(store_->changes("a", 1).value(), std::vector{early});
  EXPECT_TRUE(store_->changes("a", 0).value().empty());
}

TEST_P(StateStore, TheNewest200ChangesOfAnOperationAreKept) {
  append({changed("b", "quiet")});
  std::vector<change_record> many;
  for (int i = 0; i < 150; ++i) many.push_back(changed("a", std::to_string(i).c_str()));
  append(many);
  append(many);

  auto const kept = store_->changes("a", 1000).value();

  ASSERT_EQ(kept.size(), 200U);
  EXPECT_EQ(kept.front().why, "149");
  EXPECT_EQ(kept.back().why, "100");
  EXPECT_EQ(store_->changes("b", 10).value().size(), 1U);
}

TEST_P(StateStore, TheNewest20000ChangesOfAllAreKept) {
  std::vector<change_record> many;
  for (int i = 0; i < 20'001; ++i) {
    many.push_back(changed(("operation " + std::to_string(i % 150)).c_str(), "loud"));
  }
  append({changed("a", "oldest"), changed("a", "old")});
  append({many.begin(), many.begin() + 10'000});
  append({many.begin() + 10'000, many.end() - 2});
  EXPECT_EQ(store_->changes("a", 10).value().size(), 1U);

  append({many.end() - 2, many.end()});

  EXPECT_TRUE(store_->changes("a", 10).value().empty());
}

TEST_P(StateStore, OrdersAreNumberedAndReadFromANumberOn) {
  std::int64_t const first = store_->give(ordered("a")).value();
  std::int64_t const second = store_->give(ordered("b")).value();

  EXPECT_GT(first, 0);
  EXPECT_GT(second, first);
  auto const all = store_->orders_after(0).value();
  ASSERT_EQ(all.size(), 2U);
  order_record expected = ordered("a");
  expected.number = first;
  EXPECT_EQ(all[0], expected);
  EXPECT_EQ(store_->orders_after(first).value(), std::vector{all[1]});
  EXPECT_TRUE(store_->orders_after(second).value().empty());
}

TEST_P(StateStore, NumbersOfOrdersRiseWhereTheClockIsSetBack) {
  std::int64_t const first = store_->give(ordered("a", monday)).value();

  EXPECT_EQ(first, 1'700'000'000);
  EXPECT_EQ(store_->give(ordered("a", monday - std::chrono::hours{24})).value(), first + 1);
  EXPECT_EQ(store_->give(ordered("a", wall_time::min())).value(), first + 2);
}

TEST_P(StateStore, TheNewest1000OrdersAreKept) {
  std::int64_t const first = store_->give(ordered("a")).value();
  for (int i = 0; i < 1000; ++i) static_cast<void>(store_->give(ordered("a")));

  auto const kept = store_->orders_after(0).value();

  ASSERT_EQ(kept.size(), 1000U);
  EXPECT_EQ(kept.front().number, first + 1);
}

TEST_P(StateStore, ASharedCircuitIsWhatItWasChangedTo) {
  std::vector<operation_name> const names{"b", "a"};
  auto const begun = store_->change_shared(names, [](std::span<shared_circuit> circuits) {
    ASSERT_EQ(circuits.size(), 2U);
    EXPECT_EQ(circuits[0], shared_circuit{.operation = "b"});
    circuits[0] = shared("b");
    circuits[1] = shared("another name is not taken");
  });
  ASSERT_TRUE(begun) << describe(begun.error());

  EXPECT_EQ(store_->shared_circuits().value(), (std::vector{shared("a"), shared("b")}));
  EXPECT_TRUE(store_->change_shared(names, [](std::span<shared_circuit> circuits) {
    EXPECT_EQ(circuits[0], shared("b"));
    circuits[0].changes = 2;
  }));

  EXPECT_EQ(store_->shared_circuits().value()[1].changes, 2U);
  EXPECT_TRUE(loaded().empty());
}

TEST_P(StateStore, ASharedCircuitThatIsLeftAsItWasIsNotWritten) {
  EXPECT_TRUE(
      store_->change_shared(std::vector<operation_name>{"a"}, [](std::span<shared_circuit>) {}));

  EXPECT_TRUE(store_->shared_circuits().value().empty());
}

TEST_P(StateStore, ACircuitWithoutANameOrTwiceTheSameIsNotShared) {
  auto const never = [](std::span<shared_circuit>) { FAIL(); };

  EXPECT_EQ(store_->change_shared(std::vector<operation_name>{""}, never).error().category,
            category::programming);
  EXPECT_EQ(store_->change_shared(std::vector<operation_name>{"a", "a"}, never).error().category,
            category::programming);
}

TEST_P(StateStore, AForgottenOperationIsNoLongerShared) {
  EXPECT_TRUE(store_->change_shared(std::vector<operation_name>{"a", "b"},
                                    [](std::span<shared_circuit> circuits) {
                                      for (shared_circuit& each : circuits) each.changes = 1;
                                    }));

  ASSERT_TRUE(store_->forget("a"));

  ASSERT_EQ(store_->shared_circuits().value().size(), 1U);
  EXPECT_EQ(store_->shared_circuits().value()[0].operation, "b");
}

TEST_P(StateStore, ThreadsThatChangeASharedCircuitAtOnceDoItOneAfterTheOther) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([this] {
      for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(store_->change_shared(
            std::vector<operation_name>{"a"},
            [](std::span<shared_circuit> circuits) { ++circuits[0].changes; }));
      }
    });
  }
  for (std::thread& each : threads) each.join();

  EXPECT_EQ(store_->shared_circuits().value()[0].changes, 40U);
}

TEST_P(StateStore, ThreadsThatWriteAtOnceLoseNothing) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([this, thread] {
      for (int i = 0; i < 5; ++i) {
        std::string const name = std::to_string(thread) + "." + std::to_string(i);
        EXPECT_TRUE(store_->save(std::vector{opened(name)}));
        EXPECT_TRUE(store_->give(ordered(name)));
      }
    });
  }
  for (std::thread& each : threads) each.join();

  EXPECT_EQ(loaded().size(), 20U);
  EXPECT_EQ(store_->orders_after(0).value().size(), 20U);
}

}  // namespace holdfast::testing
