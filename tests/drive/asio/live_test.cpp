// Coroutines of a guard whose policies are exchanged meanwhile.
#include "drive/asio/running.hpp"
#include "holdfast/drive/shared_operation.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

operation_options live(int attempts, duration limit = off) {
  return {.name = "live",
          .retry = quick_retry(attempts),
          .attempt_timeout{.limit = limit},
          .liveness = liveness::live};
}

TEST(LiveCoroutines, ACallGoesOnWithThePoliciesThatItBeganWith) {
  shared_operation const shared{live(3)};
  guard const guarded{shared};
  int attempts = 0;
  auto const fails = [&]() -> awaitable<void> {
    ++attempts;
    guarded.reconfigure(live(6, 5s));
    throw connection_lost();
    co_return;
  };

  EXPECT_THROW(run_to_end(guarded(fails)), std::system_error);
  EXPECT_EQ(attempts, 3);
  EXPECT_THROW(run_to_end(guarded(fails)), std::system_error);

  EXPECT_EQ(attempts, 9);
  guarded.reconfigure(live(2));
  EXPECT_EQ(shared->live()->kept(), 1U);
}

TEST(LiveCoroutines, OneThatWasMadeBeforeAnExchangeAndIsAwaitedAfterItHasTheOldOnes) {
  guard const guarded{live(2, 1h)};
  duration had{};
  auto const asks = [&](attempt const& a) -> awaitable<void> {
    had = elapsed(std::chrono::steady_clock::now(), a.deadline());
    co_return;
  };
  auto call = guarded(asks);

  guarded.reconfigure(live(2, 3h));
  run_to_end(std::move(call));

  EXPECT_LE(had, 1h);
  EXPECT_GT(had, 59min);
}

TEST(LiveCoroutines, ItsDeadlineCountsFromItsStartAlsoWhereTheNewPoliciesNeedNoTime) {
  guard const guarded{live(2, 1h)};
  duration had{};
  auto const asks = [&](attempt const& a) -> awaitable<void> {
    had = elapsed(std::chrono::steady_clock::now(), a.deadline());
    co_return;
  };
  auto call = guarded(asks);

  guarded.reconfigure(live(2));
  run_to_end(std::move(call));

  EXPECT_GT(had, 59min);
  EXPECT_LE(had, 1h);
}

TEST(LiveCoroutines, OneThatIsNeverAwaitedHoldsNothingAfterwards) {
  shared_operation const shared{live(2)};
  guard const guarded{shared};
  auto const idle = []() -> awaitable<void> { co_return; };
  { auto const never = guarded(idle); }

  guarded.reconfigure(live(3));

  EXPECT_EQ(shared->live()->kept(), 1U);
}

}  // namespace
}  // namespace holdfast
