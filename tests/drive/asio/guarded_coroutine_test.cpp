#include "drive/asio/running.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(GuardedCoroutine, ItsAnswerComesBack) {
  guard const plain{"plain", retry{}, breaker{}};
  int const answer = run_to_end(plain([]() -> awaitable<int> { co_return 42; }));
  EXPECT_EQ(answer, 42);
}

TEST(GuardedCoroutine, ItsVeryExceptionComesBack) {
  guard const plain{"plain"};
  auto const fails = []() -> awaitable<void> {
    throw std::runtime_error{"the very one"};
    co_return;
  };
  try {
    run_to_end(plain(fails));
    FAIL();
  } catch (std::runtime_error const& seen) {
    EXPECT_STREQ(seen.what(), "the very one");
  }
}

TEST(GuardedCoroutine, AFailedAttemptIsMadeAgain) {
  guard const retried{"retried", quick_retry(3)};
  int attempts = 0;
  int const answer = run_to_end(retried([&](attempt const& a) -> awaitable<int> {
    ++attempts;
    EXPECT_EQ(a.number(), attempts);
    if (attempts < 3) throw connection_lost();
    co_return attempts;
  }));
  EXPECT_EQ(answer, 3);
}

TEST(GuardedCoroutine, AFailureInTheResultIsRetriedAndTheLastOneComesBack) {
  guard const retried{"retried", quick_retry(2)};
  int attempts = 0;
  auto const answer = run_to_end(retried([&]() -> awaitable<expected<int, failure>> {
    ++attempts;
    failure why{.category = category::transient, .advice = advice::after_backoff};
    why.text = std::string_view{std::to_string(attempts)};
    co_return unexpected{why};
  }));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().text, "2");
  EXPECT_EQ(attempts, 2);
}

TEST(GuardedCoroutine, ItOwnsCallableAndRules) {
  guard const retried{"retried", quick_retry(3)};
  auto started = [&retried] {
    auto const text = std::make_shared<std::string>("kept");
    auto const work = [text, tries = std::make_shared<int>(0)]() -> awaitable<std::string> {
      co_await sleep_for(1ms);
      if (++*tries < 2) throw connection_lost();
      co_return *text;
    };
    retry_if const lost{
        [text](failure const& seen) { return seen.category == category::connection; }};
    return retried(work, lost);
  }();
  EXPECT_EQ(run_to_end(std::move(started)), "kept");
}

TEST(GuardedCoroutine, OutlivesItsGuard) {
  auto started = [] {
    guard const gone{"gone", quick_retry(3)};
    return gone([tries = 0]() mutable -> awaitable<int> {
      co_await sleep_for(1ms);
      if (++tries < 3) throw connection_lost();
      co_return tries;
    });
  }();
  EXPECT_EQ(run_to_end(std::move(started)), 3);
}

TEST(GuardedCoroutine, AnOpenCircuitRefusesIt) {
  guard const opened{"opened", breaker{.failure_threshold = 1}};
  open_circuit(opened);
  EXPECT_THROW(run_to_end(opened([]() -> awaitable<int> { co_return 1; })), rejected);
  auto const told = run_to_end(opened([]() -> awaitable<expected<int, failure>> { co_return 1; }));
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().category, category::rejected);
}

TEST(GuardedCoroutine, ASubstituteMayBeACoroutine) {
  guard const opened{"opened", breaker{.failure_threshold = 1}};
  open_circuit(opened);
  int const kept = run_to_end(opened([]() -> awaitable<int> { co_return 1; },
                                     or_else([](failure const& why) -> awaitable<int> {
                                       co_await sleep_for(1ms);
                                       co_return why.category == category::rejected ? 7 : 8;
                                     })));
  EXPECT_EQ(kept, 7);
  EXPECT_EQ(run_to_end(opened([]() -> awaitable<int> { co_return 1; }, or_else([] { return 9; }))),
            9);
}

TEST(GuardedCoroutine, AnAttemptTimeoutCancelsTheAttempt) {
  guard const bounded{"bounded", attempt_timeout{20ms}};
  bool unwound = false;
  auto const hangs = [&unwound]() -> awaitable<void> {
    struct noting {
      ~noting() { unwound = true; }
      bool& unwound;
    } const noted{unwound};
    co_await sleep_for(1h);
  };
  auto const started = std::chrono::steady_clock::now();
  try {
    run_to_end(bounded(hangs));
    FAIL();
  } catch (failure_error const& seen) {
    EXPECT_EQ(seen.why().category, category::timeout);
  }
  EXPECT_TRUE(unwound);
  EXPECT_LT(std::chrono::steady_clock::now() - started, 10s);
}

TEST(GuardedCoroutine, ATimedOutAttemptIsRetriedLikeAnyOther) {
  guard const bounded{"bounded", attempt_timeout{20ms}, quick_retry(2)};
  int attempts = 0;
  int const answer = run_to_end(bounded([&]() -> awaitable<int> {
    if (++attempts == 1) co_await sleep_for(1h);
    co_return attempts;
  }));
  EXPECT_EQ(answer, 2);
}

TEST(GuardedCoroutine, TheTotalTimeoutEndsTheWholeCall) {
  guard const bounded{"bounded", total_timeout{50ms}, quick_retry(1000)};
  auto const answer = run_to_end(bounded([]() -> awaitable<expected<int, failure>> {
    co_return unexpected{failure{.category = category::transient, .advice = advice::after_backoff}};
  }));
  EXPECT_FALSE(answer);
}

}  // namespace
}  // namespace holdfast
