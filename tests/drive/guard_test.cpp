#include "drive/guard_bench.hpp"

#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(Guard, ASuccessIsReturnedAsItIs) {
  guard const lookup{"lookup", retry{}, breaker{}};

  EXPECT_EQ(lookup([] { return 42; }), 42);
}

TEST(Guard, ASuccessReadsNoClock) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, breaker{}, b.around};
  lookup([] { return 1; });  // the first one of a thread is recorded
  int const before = b.time.reads();

  lookup([] { return 1; });

  EXPECT_EQ(b.time.reads(), before);
}

TEST(Guard, AFailureIsRetriedAfterItsPauses) {
  guard_bench b;
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
  guard_bench b;
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
  guard_bench b;
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
  guard_bench b;
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
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  story told;

  auto const result =
      lookup.with({.story = &told})([]() -> outcome { return unexpected{lost_after_sending()}; });

  EXPECT_FALSE(result);
  EXPECT_EQ(told.stopped, stop_reason::withheld);
  EXPECT_NE(describe(told, "lookup").find("(withheld)"), std::string::npos);
}

TEST(Guard, SuccessesBetweenFailuresKeepTheCircuitClosed) {
  guard_bench b;
  guard const lookup{"lookup", breaker{.failure_threshold = 2}, b.around};

  for (int i = 0; i < 10; ++i) {
    lookup(fails);
    lookup([]() -> outcome { return 1; });
  }

  EXPECT_EQ(lookup.state(), breaker_state::closed);
}

TEST(Guard, ARefusalByTheBudgetKeepsTheFailureAndSaysWhy) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, budget{.capacity = 1, .per_second = 0, .per_call = 0},
                     b.around};
  story told;

  lookup(fails);
  auto const result = lookup.with({.story = &told})(fails);

  EXPECT_EQ(result.error(), overloaded());
  EXPECT_EQ(told.attempts, 1);
  EXPECT_EQ(told.stopped, stop_reason::no_budget);
}

TEST(Guard, SuccessfulCallsPayForLaterRetries) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, budget{.capacity = 1, .per_second = 0, .per_call = 0.5},
                     b.around};
  lookup(fails);
  for (int i = 0; i < 2; ++i) lookup([]() -> outcome { return 1; });

  lookup(fails);

  EXPECT_EQ(b.time.slept().size(), 2U) << "one retry from the start, one that was paid for";
}

TEST(Guard, OneCallMayHaveFewerAttempts) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  int calls = 0;

  lookup.with({.max_attempts = 2})([&]() -> outcome {
    ++calls;
    return unexpected{overloaded()};
  });

  EXPECT_EQ(calls, 2);
}

TEST(Guard, EventsTellTheWholeCourseOfACall) {
  guard_bench b;
  guard const lookup{"lookup", b.steady,
                     breaker{.failure_threshold = 3, .recovery_timeout = 1s, .recovery_jitter = 0},
                     b.around};
  std::string told;
  lookup.on_event([&](event const& what) {
    told += std::string{enum_name(what.kind)} + " ";
    if (what.changed != nullptr) told += std::string{enum_name(what.changed->to)} + " ";
    if (what.stopped != stop_reason::none) told += std::string{enum_name(what.stopped)} + " ";
  });

  lookup(fails);
  lookup(fails);
  b.time.advance(1s);
  lookup([]() -> outcome { return 1; });

  EXPECT_EQ(told,
            "attempt_failed attempt_failed breaker_changed open call_failed attempts_spent "
            "call_refused circuit_open breaker_changed half_open breaker_changed closed ");
}

TEST(Guard, AListenerThatThrowsDoesNotDisturbTheCall) {
  guard_bench b;
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
  guard_bench b;
  guard const lookup{"lookup", breaker{.failure_threshold = 1}, b.around};
  guard const copy = lookup;  // NOLINT(performance-unnecessary-copy-initialization)

  copy(fails);

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

TEST(Guard, PoliciesMayStandInAnyOrder) {
  guard_bench b;
  guard const one{"lookup",          b.around,          operation_kind::http,
                  b.nervous,         b.steady,          attempt_timeout{2s},
                  total_timeout{9s}, nesting::untracked};
  guard const other{"lookup",
                    nesting::untracked,
                    total_timeout{9s},
                    b.steady,
                    attempt_timeout{2s},
                    operation_kind::http,
                    b.nervous,
                    b.around};

  EXPECT_EQ(one.policies(), other.policies());
  EXPECT_EQ(one.policies().kind, operation_kind::http);
  EXPECT_EQ(one.policies().total_timeout.limit, 9s);
}

TEST(Guard, ItsNameIsItsOwnCopy) {
  std::string given = "lookup";
  guard const lookup{given, retry{}};
  given = "forgotten";

  EXPECT_EQ(lookup.name(), "lookup");
}

}  // namespace
}  // namespace holdfast
