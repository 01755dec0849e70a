#include "drive/asio/running.hpp"

#include <functional>
#include <memory>

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

TEST(NestedCoroutines, AnInnerGuardInheritsTheDeadlineItIsGiven) {
  guard const outer{"outer", attempt_timeout{1h}};
  guard const inner{"inner"};
  instant of_outer{};
  instant of_inner{};
  run_to_end(outer([&](attempt const& a) -> awaitable<void> {
    of_outer = a.deadline();
    co_await inner.within(a)([&](attempt const& b) -> awaitable<void> {
      of_inner = b.deadline();
      co_return;
    });
  }));
  EXPECT_NE(of_outer, never_reached);
  EXPECT_EQ(of_inner, of_outer);
}

TEST(NestedCoroutines, AnInnerGuardThatIsGivenNoParentIsNotNested) {
  guard const outer{"outer", attempt_timeout{1h}};
  guard const inner{"inner"};
  instant of_inner{};
  run_to_end(outer([&](attempt const&) -> awaitable<void> {
    co_await inner([&](attempt const& b) -> awaitable<void> {
      of_inner = b.deadline();
      co_return;
    });
  }));
  EXPECT_EQ(of_inner, never_reached);
}

// Were the parent found by the thread, each of the two would meet the other one's frame.
TEST(NestedCoroutines, TwoInterleavedOnesEachSeeTheirOwnParent) {
  guard const outer{"outer"};
  guard const inner{"inner"};
  asio::io_context context;
  instant const started = std::chrono::steady_clock::now();
  int seen = 0;
  for (int i = 1; i <= 2; ++i) {
    instant const mine = started + std::chrono::hours{i};
    auto call = outer.with({.deadline = mine})([&, mine](attempt const& a) -> awaitable<void> {
      for (int turn = 0; turn < 5; ++turn) {
        co_await asio::post(use_awaitable);  // the other one's turn
        co_await inner.within(a)([&](attempt const& b) -> awaitable<void> {
          co_await asio::post(use_awaitable);
          EXPECT_EQ(b.deadline(), mine);
          ++seen;
        });
      }
    });
    asio::co_spawn(context, std::move(call), asio::detached);
  }
  context.run();
  EXPECT_EQ(seen, 10);
}

TEST(NestedCoroutines, RetriesWithinRetriesAreToldAndPaidForByTheOuterBudgetToo) {
  guard const outer{"outer", quick_retry(2),
                    budget{.capacity = 10, .per_second = 0, .per_call = 0}};
  guard const inner{"inner", quick_retry(3)};
  event_recorder told;
  inner.on_event(told);
  EXPECT_THROW(run_to_end(outer([&](attempt const& a) -> awaitable<void> {
                 co_await inner.within(a)([]() -> awaitable<void> {
                   throw connection_lost();
                   co_return;
                 });
               })),
               std::system_error);
  ASSERT_EQ(told.of(event_kind::amplification).size(), 1U);
  EXPECT_EQ(told.of(event_kind::amplification)[0].amplification, 6U);
  EXPECT_NEAR(outer.stats().budget_tokens, 5, 0.01) << "one retry of its own, four inside";
}

TEST(NestedCoroutines, ABlockingCallMayBeToldItsParentToo) {
  guard const outer{"outer", attempt_timeout{1h}};
  guard const inner{"inner"};
  instant of_inner{};
  run_to_end(outer([&](attempt const& a) -> awaitable<void> {
    inner.within(a)([&](attempt const& b) { of_inner = b.deadline(); });
    co_return;
  }));
  EXPECT_NE(of_inner, never_reached);
}

struct repository {
  awaitable<int> load(int id) {
    ++loads;
    co_await sleep_for(1ms);
    if (loads < 2) throw connection_lost();
    co_return id;
  }
  int loads = 0;
};

awaitable<int> add(attempt const& a, std::unique_ptr<int> const& left, int right) {
  co_await sleep_for(1ms);
  if (a.number() < 2) throw connection_lost();
  co_return *left + right;
}

TEST(WrappedCoroutine, OwnsItsArgumentsThroughEveryAttempt) {
  guard const retried{"retried", quick_retry(3)};
  auto started = [&] {
    auto const guarded_add = retried.wrap(&add);
    return guarded_add(std::make_unique<int>(40), 2);
  }();
  EXPECT_EQ(run_to_end(std::move(started)), 42);
}

TEST(WrappedCoroutine, AMemberFunctionIsCalledOnWhatAPointerOrAReferenceNames) {
  guard const retried{"retried", quick_retry(3)};
  auto const load = retried.wrap(&repository::load);
  repository one;
  EXPECT_EQ(run_to_end(load(&one, 7)), 7);
  EXPECT_EQ(one.loads, 2);
  repository two;
  EXPECT_EQ(run_to_end(load(std::ref(two), 8)), 8);
  EXPECT_EQ(two.loads, 2);
}

}  // namespace
}  // namespace holdfast
