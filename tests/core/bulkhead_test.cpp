#include "holdfast/core/bulkhead_fields.hpp"
#include "holdfast/core/bulkhead_machine.hpp"

#include <deque>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;
using enum bulkhead_answer;

static_assert(sizeof(bulkhead_machine) <= 16, "each guard has one");

TEST(BulkheadMachine, ItAdmitsSoManyAndRefusesTheNext) {
  bulkhead_machine places{{.max_concurrent = 2}};

  EXPECT_EQ(places.enter(), admitted);
  EXPECT_EQ(places.enter(), admitted);
  EXPECT_EQ(places.enter(), refuse);
}

TEST(BulkheadMachine, Case94APlaceThatIsLeftIsGivenToTheNextWhoAsks) {
  bulkhead_machine places{{.max_concurrent = 1}};
  ASSERT_EQ(places.enter(), admitted);

  EXPECT_FALSE(places.leave());

  EXPECT_EQ(places.enter(), admitted);
}

TEST(BulkheadMachine, WhoFindsNoPlaceQueuesUntilTheQueueIsFull) {
  bulkhead_machine places{{.max_concurrent = 1, .max_waiting = 2}};
  ASSERT_EQ(places.enter(), admitted);

  EXPECT_EQ(places.enter(), queue);
  EXPECT_EQ(places.enter(), queue);
  EXPECT_EQ(places.enter(), refuse);
}

TEST(BulkheadMachine, APlaceThatIsLeftGoesToWhoWaitsAndNobodyBargesIn) {
  bulkhead_machine places{{.max_concurrent = 1, .max_waiting = 1}};
  ASSERT_EQ(places.enter(), admitted);
  ASSERT_EQ(places.enter(), queue);

  EXPECT_TRUE(places.leave());

  EXPECT_EQ(places.running(), 1);
  EXPECT_EQ(places.waiting(), 0);
  EXPECT_EQ(places.enter(), queue);
}

TEST(BulkheadMachine, AProbeNeverQueues) {
  bulkhead_machine places{{.max_concurrent = 1, .max_waiting = 10}};
  ASSERT_EQ(places.enter(false), admitted);

  EXPECT_EQ(places.enter(false), refuse);
}

TEST(BulkheadMachine, WhoGivesUpLeavesTheQueueToTheNext) {
  bulkhead_machine places{{.max_concurrent = 1, .max_waiting = 1}};
  ASSERT_EQ(places.enter(), admitted);
  ASSERT_EQ(places.enter(), queue);

  places.give_up();

  EXPECT_EQ(places.enter(), queue);
  places.give_up();
  EXPECT_FALSE(places.leave());
  EXPECT_EQ(places.running(), 0);
}

TEST(BulkheadMachine, Trap02APlaceThatNobodyHasIsNotLeft) {
  bulkhead_machine places{{.max_concurrent = 1}};

  EXPECT_FALSE(places.leave());
  places.give_up();

  EXPECT_EQ(places.enter(), admitted);
  EXPECT_EQ(places.enter(), refuse);
}

TEST(BulkheadMachine, SwitchedOffItAdmitsAllAndCountsThem) {
  bulkhead_machine places{{.max_concurrent = 0}};

  for (int i = 0; i < 1000; ++i) ASSERT_EQ(places.enter(), admitted);

  EXPECT_EQ(places.running(), 1000);
}

TEST(BulkheadReconfigure, MorePlacesAreHandedToWhoWaits) {
  bulkhead_machine places{{.max_concurrent = 1, .max_waiting = 5}};
  ASSERT_EQ(places.enter(), admitted);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(places.enter(), queue);

  EXPECT_EQ(places.reconfigure({.max_concurrent = 3, .max_waiting = 5}), 2);
  EXPECT_EQ(places.running(), 3);
  EXPECT_EQ(places.waiting(), 1);
  EXPECT_EQ(places.reconfigure({.max_concurrent = 0}), 1);
}

TEST(BulkheadReconfigure, FewerPlacesAreReachedAsCallsEnd) {
  bulkhead_machine places{{.max_concurrent = 3, .max_waiting = 1}};
  for (int i = 0; i < 3; ++i) ASSERT_EQ(places.enter(), admitted);
  ASSERT_EQ(places.enter(), queue);

  EXPECT_EQ(places.reconfigure({.max_concurrent = 1, .max_waiting = 1}), 0);

  EXPECT_FALSE(places.leave());
  EXPECT_FALSE(places.leave());
  EXPECT_TRUE(places.leave());
  EXPECT_EQ(places.running(), 1);
}

TEST(BulkheadReconfigure, SwitchedOnWhileCallsRunItKnowsThem) {
  bulkhead_machine places{{.max_concurrent = 0}};
  for (int i = 0; i < 3; ++i) ASSERT_EQ(places.enter(), admitted);

  EXPECT_EQ(places.reconfigure({.max_concurrent = 2}), 0);

  EXPECT_FALSE(places.leave());
  EXPECT_EQ(places.enter(), refuse);
  EXPECT_FALSE(places.leave());
  EXPECT_EQ(places.enter(), admitted);
}

TEST(BulkheadSnapshot, NumbersFromAStoreAreNotBelowZero) {
  bulkhead_machine places{{.max_concurrent = 1}};

  places.restore({-5, -5});

  EXPECT_EQ(places.snapshot(), bulkhead_snapshot{});
}

TEST(BulkheadFields, WhatIsBelowZeroIsRefused) {
  EXPECT_TRUE(check_fields(bulkhead{}).empty());
  EXPECT_EQ(check_fields(bulkhead{.max_concurrent = -1}).size(), 1U);
  EXPECT_EQ(check_fields(bulkhead{.max_waiting = -1}).size(), 1U);
  EXPECT_EQ(check_fields(bulkhead{.max_wait = 0s}).size(), 1U);
}

/// A bulkhead told as what it is about: who runs, and who stands in line.
struct naive_bulkhead {
  bulkhead options;
  std::vector<int> runs;
  std::deque<int> line;

  bulkhead_answer enter(int who, bool may_queue) {
    bool const free = options.max_concurrent == 0 ||
                      runs.size() < static_cast<std::size_t>(options.max_concurrent);
    if (free) return runs.push_back(who), admitted;
    if (!may_queue || line.size() >= static_cast<std::size_t>(options.max_waiting)) return refuse;
    return line.push_back(who), queue;
  }
  int hand_over() {
    int handed = 0;
    while (!line.empty() && (options.max_concurrent == 0 ||
                             runs.size() < static_cast<std::size_t>(options.max_concurrent))) {
      runs.push_back(line.front());
      line.pop_front();
      ++handed;
    }
    return handed;
  }
};

RC_GTEST_PROP(BulkheadMachine, ItCountsAsANaiveOneThatKnowsEverybody, ()) {
  auto const any = [] {
    return bulkhead{.max_concurrent = *rc::gen::inRange(0, 4),
                    .max_waiting = *rc::gen::inRange(0, 4)};
  };
  naive_bulkhead model{any(), {}, {}};
  bulkhead_machine machine{model.options};
  int who = 0;

  for (int const step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 9))) {
    if (step < 4) RC_ASSERT(machine.enter(step > 0) == model.enter(++who, step > 0));
    if (step >= 4 && step < 7 && !model.runs.empty()) {
      model.runs.erase(model.runs.begin());
      RC_ASSERT(machine.leave() == (model.hand_over() == 1));
    }
    if (step == 7 && !model.line.empty()) model.line.pop_back(), machine.give_up();
    if (step == 8) {
      model.options = any();
      RC_ASSERT(machine.reconfigure(model.options) == model.hand_over());
    }
    RC_ASSERT(machine.running() == static_cast<int>(model.runs.size()));
    RC_ASSERT(machine.waiting() == static_cast<int>(model.line.size()));
    RC_ASSERT(!machine.has_place() || machine.waiting() == 0);
  }
}

}  // namespace
}  // namespace holdfast::core
