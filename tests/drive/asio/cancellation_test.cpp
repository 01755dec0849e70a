#include "drive/asio/running.hpp"

#include <memory>
#include <semaphore>
#include <stop_token>
#include <thread>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

/// Starts a coroutine that a signal can cancel, and cancels it after a while.
void run_and_cancel(awaitable<void> one, duration after, std::exception_ptr& thrown) {
  asio::io_context context;
  asio::cancellation_signal signal;
  asio::co_spawn(context, std::move(one),
                 asio::bind_cancellation_slot(
                     signal.slot(), [&](std::exception_ptr const& why) { thrown = why; }));
  asio::steady_timer timer{context, after};
  timer.async_wait([&](auto) { signal.emit(asio::cancellation_type::terminal); });
  context.run();
}

retry slow_retry() {
  return {.max_attempts = 3,
          .initial_delay = 1h,
          .max_delay = 1h,
          .jitter = jitter::none,
          .idempotent = true};
}

TEST(CancelledCoroutine, Trap23ABackoffEndsAtOnceWithTheLastFailure) {
  guard const retried{"retried", slow_retry()};
  int attempts = 0;
  std::exception_ptr thrown;
  auto call = retried([&]() -> awaitable<void> {
    ++attempts;
    throw std::runtime_error{"the last one"};
    co_return;
  });
  run_and_cancel(std::move(call), 20ms, thrown);
  ASSERT_TRUE(thrown);
  EXPECT_THROW(std::rethrow_exception(thrown), std::runtime_error);
  EXPECT_EQ(attempts, 1);
}

TEST(CancelledCoroutine, AnAttendedBackoffEndsAtOnceToo) {
  guard const retried{"retried", slow_retry(), attempt_timeout{10s}};
  std::exception_ptr thrown;
  auto call = retried([]() -> awaitable<void> {
    throw std::runtime_error{"the last one"};
    co_return;
  });
  run_and_cancel(std::move(call), 20ms, thrown);
  ASSERT_TRUE(thrown);
  EXPECT_THROW(std::rethrow_exception(thrown), std::runtime_error);
}

TEST(CancelledCoroutine, AnAttemptIsCancelledAndCountsForNobody) {
  guard const watched{"watched", breaker{.failure_threshold = 1}, quick_retry(3)};
  guard const bounded{"bounded", breaker{.failure_threshold = 1}, attempt_timeout{1h},
                      quick_retry(3)};
  for (guard const* each : {&watched, &bounded}) {
    int attempts = 0;
    std::exception_ptr thrown;
    auto call = (*each)([&]() -> awaitable<void> {
      ++attempts;
      co_await sleep_for(1h);
    });
    run_and_cancel(std::move(call), 20ms, thrown);
    ASSERT_TRUE(thrown);
    EXPECT_THROW(std::rethrow_exception(thrown), boost::system::system_error);
    EXPECT_EQ(attempts, 1) << "what was cancelled is not tried again";
    EXPECT_EQ(each->state(), breaker_state::closed) << each->name();
  }
}

TEST(CancelledCoroutine, AStopTokenEndsABackoffFromAnotherThread) {
  guard const retried{"retried", slow_retry()};
  std::stop_source source;
  std::stop_token const source_token = source.get_token();
  std::binary_semaphore pauses{0};
  retried.on_event([&](event const& what) {
    if (what.kind == event_kind::attempt_failed) pauses.release();
  });
  story told;
  auto call = retried.with({.stop = source_token, .story = &told})([]() -> awaitable<void> {
    throw connection_lost();
    co_return;
  });
  std::jthread const stopper{[&] {
    pauses.acquire();
    source.request_stop();
  }};
  EXPECT_THROW(run_to_end(std::move(call)), std::system_error);
  EXPECT_EQ(told.stopped, stop_reason::cancelled);
}

TEST(CancelledCoroutine, AStopTokenCancelsTheAttempt) {
  guard const plain{"plain", quick_retry(5)};
  std::stop_source source;
  std::stop_token const source_token = source.get_token();
  std::binary_semaphore runs{0};
  int attempts = 0;
  auto call = plain.with({.stop = source_token})([&]() -> awaitable<void> {
    ++attempts;
    runs.release();
    co_await sleep_for(1h);
  });
  std::jthread const stopper{[&] {
    runs.acquire();
    source.request_stop();
  }};
  EXPECT_THROW(run_to_end(std::move(call)), boost::system::system_error);
  EXPECT_EQ(attempts, 1);
}

TEST(TimedOutCoroutine, ThePredicateIsAskedAboutTheTimeout) {
  guard const bounded{"bounded", attempt_timeout{10ms}, quick_retry(2)};
  int attempts = 0;
  int const answer = run_to_end(bounded(
      [&]() -> awaitable<int> {
        if (++attempts == 1) co_await sleep_for(1h);
        co_return attempts;
      },
      retry_if([](failure const& seen) { return seen.category == category::timeout; })));
  EXPECT_EQ(answer, 2);
}

TEST(AttendedCoroutine, APredicateThatThrowsEndsTheCallWithItsOwnException) {
  guard const bounded{"bounded", attempt_timeout{1h}, quick_retry(5)};
  int attempts = 0;
  auto call = bounded(
      [&]() -> awaitable<int> {
        ++attempts;
        throw connection_lost();
        co_return 1;
      },
      retry_if([](failure const&) -> bool { throw std::logic_error{"of the predicate"}; }),
      or_else([] { return 7; }));
  EXPECT_THROW(run_to_end(std::move(call)), std::logic_error);
  EXPECT_EQ(attempts, 1);
}

/// Notes how many of its kind are alive.
struct counted {
  explicit counted(std::shared_ptr<int> all) : alive{std::move(all)} { ++*alive; }
  counted(counted const& other) : alive{other.alive} { ++*alive; }
  counted& operator=(counted const&) = delete;
  ~counted() { --*alive; }
  std::shared_ptr<int> alive;
};

TEST(DestroyedContext, TakesEveryWaitingCallWithIt) {
  auto const alive = std::make_shared<int>(0);
  guard const alone{"alone", slow_retry(), breaker{}};
  guard const attended{"attended", slow_retry(), breaker{}, attempt_timeout{1h},
                       bulkhead{.max_concurrent = 1, .max_waiting = 5}};
  {
    asio::io_context context;
    for (guard const* each : {&alone, &attended}) {
      auto fails = [kept = counted{alive}]() -> awaitable<void> {
        throw connection_lost();
        co_return;
      };
      auto hangs = [kept = counted{alive}]() -> awaitable<void> {
        counted const inside{kept};
        co_await sleep_for(1h);
      };
      asio::co_spawn(context, (*each)(fails), asio::detached);
      asio::co_spawn(context, (*each)(hangs), asio::detached);
      asio::co_spawn(context, (*each)(hangs), asio::detached);  // attended: in the queue
    }
    context.run_for(50ms);
    EXPECT_GT(*alive, 0);
  }
  EXPECT_EQ(*alive, 0);
  EXPECT_NO_THROW(attended([](attempt const&) {})) << "the place is free again";
}

TEST(DestroyedContext, GivesBackTheProbeOfAnAttemptThatRan) {
  manual_time time;
  guard const probed{"probed", breaker{.failure_threshold = 1, .probe_timeout = 1h},
                     surroundings{.time = &time, .seed = 1}};
  half_open_circuit(probed, time);
  {
    asio::io_context context;
    asio::co_spawn(context, probed([]() -> awaitable<void> { co_await sleep_for(1h); }),
                   asio::detached);
    context.run_for(10ms);
    EXPECT_THROW(probed([] {}), rejected) << "one probe runs";
  }
  EXPECT_NO_THROW(probed([] {})) << "and is given back";
  EXPECT_EQ(probed.state(), breaker_state::closed);
}

}  // namespace
}  // namespace holdfast
