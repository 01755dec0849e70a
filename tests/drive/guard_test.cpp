#include "holdfast/drive/guard.hpp"

#include "holdfast/drive/manual_time.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <system_error>
#include <thread>

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

failure overloaded() {
  return {.category = category::transient, .advice = advice::after_backoff, .text = "busy"};
}

failure lost_after_sending() {
  return {.category = category::connection, .advice = advice::if_idempotent};
}

using outcome = expected<int, failure>;

/// A guard on a clock of its own, with pauses of exactly 100 ms, 200 ms, …
struct bench {
  manual_time time;
  instant start = time.now();
  surroundings around{.time = &time, .seed = 1};
  retry steady{.max_attempts = 3, .jitter = jitter::none};
};

TEST(Guard, ASuccessIsReturnedAsItIs) {
  guard const lookup{"lookup", retry{}, breaker{}};

  EXPECT_EQ(lookup([] { return 42; }), 42);
}

TEST(Guard, ASuccessReadsNoClock) {
  bench b;
  guard const lookup{"lookup", b.steady, breaker{}, b.around};
  lookup([] { return 1; });  // the first one of a thread is recorded
  int const before = b.time.reads();

  lookup([] { return 1; });

  EXPECT_EQ(b.time.reads(), before);
}

TEST(Guard, EveryKindOfResultComesBack) {
  guard const lookup{"lookup", retry{}, breaker{}};
  int target = 7;
  bool ran = false;

  lookup([&] { ran = true; });
  int& same = lookup([&]() -> int& { return target; });
  std::unique_ptr<int> const owned = lookup([] { return std::make_unique<int>(3); });
  std::string const text = lookup([](attempt const& a) { return std::to_string(a.number()); });

  EXPECT_TRUE(ran);
  EXPECT_EQ(&same, &target);
  EXPECT_EQ(*owned, 3);
  EXPECT_EQ(text, "1");
}

TEST(Guard, AFailureIsRetriedAfterItsPauses) {
  bench b;
  guard const lookup{"lookup", b.steady, b.around};
  int calls = 0;

  auto const result = lookup([&]() -> outcome {
    if (++calls < 3) return unexpected{overloaded()};
    return 42;
  });

  EXPECT_EQ(result, 42);
  EXPECT_EQ(b.time.slept(), (std::vector<duration>{100ms, 200ms}));
}

TEST(Guard, TheLastFailureComesBackAsTheCallersOwn) {
  bench b;
  guard const lookup{"lookup", b.steady, b.around};
  int calls = 0;

  auto const result = lookup([&]() -> outcome {
    failure mine = overloaded();
    mine.code = {code_kind::exit_code, std::string_view{std::to_string(++calls)}};
    return unexpected{mine};
  });

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code.value.view(), "3");
}

TEST(Guard, TheVeryExceptionObjectIsRethrown) {
  bench b;
  guard const lookup{"lookup", b.steady, b.around};
  std::exception const* thrown = nullptr;
  auto const fails = [&] {
    std::system_error error{std::make_error_code(std::errc::connection_refused)};
    throw error;
  };

  try {
    lookup([&] {
      try {
        fails();
      } catch (std::exception const& error) {
        thrown = &error;
        throw;
      }
    });
    FAIL() << "nothing was thrown";
  } catch (std::system_error const& error) {
    EXPECT_EQ(static_cast<std::exception const*>(&error), thrown);
  }
  EXPECT_EQ(b.time.slept().size(), 2U);
}

TEST(Guard, WithoutARetryThereIsOneAttempt) {
  bench b;
  guard const lookup{"lookup", breaker{}, b.around};
  int calls = 0;

  auto const result = lookup([&]() -> outcome {
    ++calls;
    return unexpected{overloaded()};
  });

  EXPECT_FALSE(result);
  EXPECT_EQ(calls, 1);
}

TEST(Guard, ARetryThatIsNotDeclaredIdempotentIsWithheldInThoseWords) {
  bench b;
  guard const lookup{"lookup", b.steady, b.around};
  story told;

  auto const result =
      lookup.with({.story = &told})([]() -> outcome { return unexpected{lost_after_sending()}; });

  EXPECT_FALSE(result);
  EXPECT_EQ(told.stopped, stop_reason::withheld);
  EXPECT_NE(describe(told, "lookup").find("(withheld)"), std::string::npos);
}

TEST(Guard, AnOpenCircuitRefusesByValueWithTheTimeToAskAgain) {
  bench b;
  guard const lookup{"lookup",
                     breaker{.failure_threshold = 1, .recovery_timeout = 30s, .recovery_jitter = 0},
                     b.around};
  lookup([]() -> outcome { return unexpected{overloaded()}; });
  b.time.advance(10s);
  bool ran = false;

  auto const refused = lookup([&]() -> outcome {
    ran = true;
    return 1;
  });

  ASSERT_FALSE(refused);
  EXPECT_FALSE(ran);
  EXPECT_EQ(refused.error().category, category::rejected);
  EXPECT_EQ(refused.error().fault, fault::local);
  EXPECT_EQ(refused.error().retry_after, 20s);
  EXPECT_EQ(refused.error().text.view(), "lookup: the circuit is open; ask again in 20s");
}

TEST(Guard, AnOpenCircuitThrowsRejectedWhereTheResultCanNotSayIt) {
  bench b;
  guard const lookup{"lookup", breaker{.failure_threshold = 1}, b.around};
  lookup([]() -> outcome { return unexpected{overloaded()}; });

  EXPECT_THROW(lookup([] { return 1; }), rejected);
}

TEST(Guard, Trap26TheRefusalOfAnInnerGuardIsNoFailureOfTheOuterOne) {
  bench b;
  guard const inner{"inner", breaker{.failure_threshold = 1}, b.around};
  guard const outer{"outer", b.steady, breaker{.failure_threshold = 1}, b.around};
  static_cast<void>(inner([]() -> outcome { return unexpected{overloaded()}; }));

  EXPECT_THROW(outer([&] { return inner([] { return 1; }); }), rejected);

  EXPECT_EQ(outer.state(), breaker_state::closed);
  EXPECT_TRUE(b.time.slept().empty());
}

TEST(Guard, Case93AFailureThatOpensTheCircuitIsReturnedInsteadOfTheRefusal) {
  bench b;
  guard const lookup{"lookup", b.steady, breaker{.failure_threshold = 1}, b.around};
  story told;

  auto const result =
      lookup.with({.story = &told})([]() -> outcome { return unexpected{overloaded()}; });

  EXPECT_EQ(result.error(), overloaded());
  EXPECT_EQ(told.stopped, stop_reason::circuit_open);
  EXPECT_TRUE(b.time.slept().empty()) << "no caller sleeps only to be refused";
}

TEST(Guard, TheCircuitClosesAgainAfterAGoodProbe) {
  bench b;
  guard const lookup{"lookup",
                     breaker{.failure_threshold = 1, .recovery_timeout = 1s, .recovery_jitter = 0},
                     b.around};
  lookup([]() -> outcome { return unexpected{overloaded()}; });
  ASSERT_EQ(lookup.state(), breaker_state::open);
  b.time.advance(1s);

  lookup([]() -> outcome { return 1; });

  EXPECT_EQ(lookup.state(), breaker_state::closed);
}

TEST(Guard, Case42AnExceptionCountsAsAFailureAndGivesThePermitBack) {
  bench b;
  guard const lookup{"lookup",
                     breaker{.failure_threshold = 1, .recovery_timeout = 1s, .recovery_jitter = 0},
                     b.around};
  auto const throws = [] { throw std::runtime_error{"broken"}; };
  EXPECT_THROW(lookup(throws), std::runtime_error);
  b.time.advance(1s);

  EXPECT_THROW(lookup(throws), std::runtime_error) << "the probe ran";
  b.time.advance(2s);
  EXPECT_THROW(lookup(throws), std::runtime_error) << "its place was given back";
}

TEST(Guard, SuccessesBetweenFailuresKeepTheCircuitClosed) {
  bench b;
  guard const lookup{"lookup", breaker{.failure_threshold = 2}, b.around};

  for (int i = 0; i < 10; ++i) {
    lookup([]() -> outcome { return unexpected{overloaded()}; });
    lookup([]() -> outcome { return 1; });
  }

  EXPECT_EQ(lookup.state(), breaker_state::closed);
}

TEST(Guard, ARefusalByTheBudgetKeepsTheFailureAndSaysWhy) {
  bench b;
  guard const lookup{"lookup", b.steady, budget{.capacity = 1, .per_second = 0, .per_call = 0},
                     b.around};
  story told;
  auto const fails = []() -> outcome { return unexpected{overloaded()}; };

  lookup(fails);
  auto const result = lookup.with({.story = &told})(fails);

  EXPECT_EQ(result.error(), overloaded());
  EXPECT_EQ(told.attempts, 1);
  EXPECT_EQ(told.stopped, stop_reason::no_budget);
}

TEST(Guard, SuccessfulCallsPayForLaterRetries) {
  bench b;
  guard const lookup{"lookup", b.steady, budget{.capacity = 1, .per_second = 0, .per_call = 0.5},
                     b.around};
  auto const fails = []() -> outcome { return unexpected{overloaded()}; };
  lookup(fails);
  for (int i = 0; i < 2; ++i) lookup([]() -> outcome { return 1; });

  lookup(fails);

  EXPECT_EQ(b.time.slept().size(), 2U) << "one retry from the start, one that was paid for";
}

TEST(Guard, AnAttemptIsToldItsDeadline) {
  bench b;
  b.time.advance(5s);
  guard const lookup{"lookup", attempt_timeout{2s}, b.around};
  instant seen{};

  lookup([&](attempt const& a) { seen = a.deadline(); });

  EXPECT_EQ(seen, b.start + 7s);
}

TEST(Guard, EachAttemptHasADeadlineOfItsOwnWithinTheCalls) {
  bench b;
  guard const lookup{"lookup", b.steady, attempt_timeout{2s}, b.around};
  std::vector<instant> seen;

  lookup.with({.deadline = b.start + 2050ms})([&](attempt const& a) -> outcome {
    seen.push_back(a.deadline());
    return unexpected{overloaded()};
  });

  EXPECT_EQ(seen, (std::vector<instant>{b.start + 2s, b.start + 2050ms, b.start + 2050ms}));
}

TEST(Guard, ACallThatCanNotBeBoundedIsToldOnceByAnEvent) {
  bench b;
  guard const lookup{"lookup", attempt_timeout{2s}, b.around};
  int told = 0;
  lookup.on_event([&](event const& what) { told += what.kind == event_kind::unbounded_call; });

  lookup([] { return 1; });
  lookup([] { return 1; });

  EXPECT_EQ(told, 1);
}

TEST(Guard, Trap23AStopEndsTheWaitAndKeepsTheFailure) {
  bench b;
  guard const lookup{"lookup", b.steady, budget{.capacity = 1, .per_second = 0}, b.around};
  std::stop_source stopper;
  b.time.during_sleep([&] { stopper.request_stop(); });
  story told;

  auto const result = lookup.with({.stop = stopper.get_token(), .story = &told})(
      []() -> outcome { return unexpected{overloaded()}; });

  EXPECT_EQ(result.error(), overloaded());
  EXPECT_EQ(told.stopped, stop_reason::cancelled);

  b.time.during_sleep(nullptr);
  int calls = 0;
  lookup([&]() -> outcome {
    if (++calls == 1) return unexpected{overloaded()};
    return 1;
  });
  EXPECT_EQ(calls, 2) << "the token of the retry that never started was given back";
}

TEST(Guard, Trap23ACallThatWasStoppedBeforeMakesNoAttempt) {
  bench b;
  guard const lookup{"lookup", b.steady, b.around};
  std::stop_source stopper;
  stopper.request_stop();
  bool ran = false;

  auto const result = lookup.with({.stop = stopper.get_token()})([&]() -> outcome {
    ran = true;
    return 1;
  });

  EXPECT_FALSE(ran);
  EXPECT_EQ(result.error().category, category::cancelled);
}

TEST(Guard, ACallWithoutTimeLeftMakesNoAttempt) {
  bench b;
  guard const lookup{"lookup", b.steady, b.around};
  bool ran = false;

  auto const result = lookup.with({.deadline = instant{}})([&]() -> outcome {
    ran = true;
    return 1;
  });

  EXPECT_FALSE(ran);
  EXPECT_EQ(result.error().category, category::rejected);
  EXPECT_EQ(result.error().text.view(), "lookup: the deadline of the call has passed");
}

TEST(Guard, AWaitThatEndsLateStartsNoAttemptPastTheDeadline) {
  bench b;
  guard const lookup{"lookup", b.steady, budget{.capacity = 1, .per_second = 0}, b.around};
  b.time.oversleep(10s);
  int calls = 0;
  story told;
  auto const fails = [&]() -> outcome {
    ++calls;
    return unexpected{overloaded()};
  };

  static_cast<void>(lookup.with({.deadline = b.start + 1s, .story = &told})(fails));

  EXPECT_EQ(calls, 1);
  EXPECT_EQ(told.stopped, stop_reason::time_spent);
  b.time.oversleep({});
  static_cast<void>(lookup(fails));
  EXPECT_EQ(calls, 3) << "the token of the retry that never started was given back";
}

TEST(Guard, AClockThatThrowsDoesNotCountTheFailureTwice) {
  bench b;
  guard const lookup{"lookup", b.steady, breaker{.failure_threshold = 2}, b.around};
  b.time.during_sleep([] { throw std::runtime_error{"no sleep"}; });

  EXPECT_THROW(lookup([]() -> outcome { return unexpected{overloaded()}; }), std::runtime_error);

  EXPECT_EQ(lookup.state(), breaker_state::closed);
}

/// A result that can't be judged.
struct unreadable {};

}  // namespace

template <>
struct outcome_traits<unreadable> {
  static constexpr bool reports_failure = true;
  static std::optional<failure> failure_in(unreadable const&) { throw std::logic_error{"traits"}; }
};

namespace {

TEST(Guard, Trap05TraitsThatThrowGiveTheProbesPlaceBack) {
  bench b;
  guard const lookup{"lookup",
                     breaker{.failure_threshold = 1, .recovery_timeout = 1s, .recovery_jitter = 0},
                     b.around};
  static_cast<void>(lookup([]() -> outcome { return unexpected{overloaded()}; }));
  b.time.advance(1s);

  EXPECT_THROW(lookup([] { return unreadable{}; }), std::logic_error);

  EXPECT_TRUE(lookup([]() -> outcome { return 1; })) << "the next probe was admitted";
}

TEST(Guard, AThreadThatIsCancelledUnwindsThroughTheGuard) {
  guard const lookup{"lookup", retry{.idempotent = true}, breaker{}};
  std::atomic<bool> inside = false;
  bool unwound = false;
  struct note_unwinding {
    bool& to;
    ~note_unwinding() { to = true; }
  };

  std::thread blocked{[&] {
    lookup([&] {
      note_unwinding const note{unwound};
      inside = true;
      for (;;) pause();
    });
  }};
  while (!inside) std::this_thread::yield();
  pthread_cancel(blocked.native_handle());
  blocked.join();

  EXPECT_TRUE(unwound);
  EXPECT_EQ(lookup([] { return 1; }), 1);
}

TEST(Guard, OneCallMayHaveFewerAttempts) {
  bench b;
  guard const lookup{"lookup", b.steady, b.around};
  int calls = 0;

  lookup.with({.max_attempts = 2})([&]() -> outcome {
    ++calls;
    return unexpected{overloaded()};
  });

  EXPECT_EQ(calls, 2);
}

TEST(Guard, EventsTellTheWholeCourseOfACall) {
  bench b;
  guard const lookup{"lookup", b.steady,
                     breaker{.failure_threshold = 3, .recovery_timeout = 1s, .recovery_jitter = 0},
                     b.around};
  std::string told;
  lookup.on_event([&](event const& what) {
    told += std::string{enum_name(what.kind)} + " ";
    if (what.changed != nullptr) told += std::string{enum_name(what.changed->to)} + " ";
    if (what.stopped != stop_reason::none) told += std::string{enum_name(what.stopped)} + " ";
  });
  auto const fails = []() -> outcome { return unexpected{overloaded()}; };

  lookup(fails);
  lookup(fails);
  b.time.advance(1s);
  lookup([]() -> outcome { return 1; });

  EXPECT_EQ(told,
            "attempt_failed attempt_failed breaker_changed open call_failed attempts_spent "
            "call_refused breaker_changed half_open breaker_changed closed ");
}

TEST(Guard, AListenerThatThrowsDoesNotDisturbTheCall) {
  bench b;
  guard const lookup{"lookup", b.steady, b.around};
  lookup.on_event([](event const&) { throw std::runtime_error{"listener"}; });
  int calls = 0;

  auto const result = lookup([&]() -> outcome {
    if (++calls == 1) return unexpected{overloaded()};
    return 1;
  });

  EXPECT_EQ(result, 1);
}

TEST(Guard, CopiesShareTheirState) {
  bench b;
  guard const lookup{"lookup", breaker{.failure_threshold = 1}, b.around};
  guard const copy = lookup;  // NOLINT(performance-unnecessary-copy-initialization)

  copy([]() -> outcome { return unexpected{overloaded()}; });

  EXPECT_EQ(lookup.state(), breaker_state::open);
}

TEST(Guard, AGuardIsAHandleOfOnePointer) { EXPECT_EQ(sizeof(guard), sizeof(void*)); }

TEST(Guard, OptionsThatContradictEachOtherAreRefusedAllAtOnce) {
  try {
    guard const wrong{"wrong", retry{.initial_delay = 1s, .max_delay = 1ms},
                      breaker{.failure_threshold = -1}};
    FAIL() << "it was built";
  } catch (invalid_options const& error) {
    std::string const text = error.what();
    EXPECT_NE(text.find("retry.max_delay: 1ms is below initial_delay (1s)"), std::string::npos);
    EXPECT_NE(text.find("breaker.failure_threshold: -1 is out of range; allowed: 0 .. 1000000"),
              std::string::npos);
  }
}

/// A result type of a user's own.
struct reply {
  int status;
};

}  // namespace

template <>
struct outcome_traits<reply> {
  static constexpr bool reports_failure = true;
  static std::optional<failure> failure_in(reply const& seen) {
    if (seen.status < 500) return std::nullopt;
    return failure{.category = category::transient, .advice = advice::after_backoff};
  }
};

namespace {

TEST(Guard, AResultTypeOfTheUsersOwnIsUnderstoodByItsTraits) {
  bench b;
  guard const lookup{"lookup", b.steady, b.around};
  int calls = 0;

  reply const last = lookup([&] { return reply{++calls < 3 ? 503 : 200}; });

  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace holdfast
