#include "holdfast/drive/fork_safe_lock.hpp"

#include "drive/gate_protocol/every_interleaving.hpp"
#include "drive/gate_protocol/lock_protocol.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(ForkSafeLock, EveryInterleavingExcludesOthersAndWakesWhoeverWaits) {
  explored const found = every_interleaving(lock_protocol::fresh());

  EXPECT_EQ(found.broken, std::nullopt);
  EXPECT_GT(found.states, 1'000U);
  EXPECT_GT(found.ends, 0U);
}

TEST(ForkSafeLock, EveryInterleavingTakesOverOnceWhatAForkHasLeftBehind) {
  for (std::uint8_t const left : {lock_protocol::taken, lock_protocol::contended}) {
    explored const found = every_interleaving(lock_protocol::left_behind(left));

    EXPECT_EQ(found.broken, std::nullopt);
    EXPECT_GT(found.states, 1'000U);
  }
}

TEST(ForkSafeLock, TheWalkFindsWaitersThatAreForgotten) {
  for (auto const mistake : {lock_mistake::waiter_takes_plainly, lock_mistake::unlock_wakes_nobody,
                             lock_mistake::waits_without_marking}) {
    EXPECT_EQ(every_interleaving(lock_protocol::fresh(mistake)).broken, "a thread sleeps for ever");
  }
}

TEST(ForkSafeLock, TheWalkFindsALockThatNobodyTakesOver) {
  EXPECT_EQ(every_interleaving(lock_protocol::left_behind(lock_protocol::contended,
                                                          lock_mistake::foreign_is_waited_for))
                .broken,
            "a thread sleeps for ever");
}

TEST(ForkSafeLock, ThreadsThatAddUnderItLoseNothing) {
  constexpr int threads = 8;
  constexpr int times = 5000;
  fork_safe_lock lock;
  int sum = 0;
  {
    std::vector<std::jthread> all;
    all.reserve(threads);
    for (int i = 0; i < threads; ++i) {
      all.emplace_back([&] {
        for (int k = 0; k < times; ++k) {
          lock_holder const held{lock};
          ++sum;
        }
      });
    }
  }

  EXPECT_EQ(sum, threads * times);
}

TEST(ForkSafeLock, ItIsFourBytesLarge) { EXPECT_EQ(sizeof(fork_safe_lock), 4U); }

}  // namespace
}  // namespace holdfast
