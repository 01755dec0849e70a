#include "drive/guard_bench.hpp"

#include <stdexcept>
#include <system_error>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

/// A result that has room for the small truth only.
struct terse {
  int value = 0;
  duration ask_again{};
};

/// One that carries a whole failure.
struct wordy {
  std::string trouble;
};

}  // namespace

template <>
struct outcome_traits<terse> {
  static constexpr bool reports_failure = true;
  static std::optional<failure> failure_in(terse const& seen) {
    if (seen.value >= 0) return std::nullopt;
    return overloaded();
  }
  static terse refused(refusal const& why) { return {.value = -2, .ask_again = why.retry_after}; }
};

template <>
struct outcome_traits<wordy> {
  static constexpr bool reports_failure = true;
  static std::optional<failure> failure_in(wordy const& seen) {
    if (seen.trouble.empty()) return std::nullopt;
    return overloaded();
  }
  static wordy refused(failure const& why) { return {describe(why)}; }
};

namespace {

using namespace std::chrono_literals;

TEST(GuardRefusals, AnOpenCircuitRefusesByValueWithTheTimeToAskAgain) {
  guard_bench b;
  guard const lookup{"lookup",
                     breaker{.failure_threshold = 1, .recovery_timeout = 30s, .recovery_jitter = 0},
                     b.around};
  lookup(fails);
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

TEST(GuardRefusals, AnOpenCircuitThrowsRejectedWhereTheResultCanNotSayIt) {
  guard_bench b;
  guard const lookup{"lookup", breaker{.failure_threshold = 1}, b.around};
  lookup(fails);

  EXPECT_THROW(lookup([] { return 1; }), rejected);
}

TEST(GuardRefusals, Trap26TheRefusalOfAnInnerGuardIsNoFailureOfTheOuterOne) {
  guard_bench b;
  guard const inner{"inner", breaker{.failure_threshold = 1}, b.around};
  guard const outer{"outer", b.steady, breaker{.failure_threshold = 1}, b.around};
  static_cast<void>(inner(fails));

  EXPECT_THROW(outer([&] { return inner([] { return 1; }); }), rejected);

  EXPECT_EQ(outer.state(), breaker_state::closed);
  EXPECT_TRUE(b.time.slept().empty());
}

TEST(GuardRefusals, Case93AFailureThatOpensTheCircuitIsReturnedInsteadOfTheRefusal) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, breaker{.failure_threshold = 1}, b.around};
  story told;

  auto const result = lookup.with({.story = &told})(fails);

  EXPECT_EQ(result.error(), overloaded());
  EXPECT_EQ(told.stopped, stop_reason::circuit_open);
  EXPECT_TRUE(b.time.slept().empty()) << "no caller sleeps only to be refused";
}

TEST(GuardRefusals, TheCircuitClosesAgainAfterAGoodProbe) {
  guard_bench b;
  guard const lookup{"lookup", b.nervous, b.around};
  lookup(fails);
  ASSERT_EQ(lookup.state(), breaker_state::open);
  b.time.advance(1s);

  lookup([]() -> outcome { return 1; });

  EXPECT_EQ(lookup.state(), breaker_state::closed);
}

TEST(GuardRefusals, Case42AnExceptionCountsAsAFailureAndGivesThePermitBack) {
  guard_bench b;
  guard const lookup{"lookup", b.nervous, b.around};
  auto const throws = [] { throw std::runtime_error{"broken"}; };
  EXPECT_THROW(lookup(throws), std::runtime_error);
  b.time.advance(1s);

  EXPECT_THROW(lookup(throws), std::runtime_error) << "the probe ran";
  b.time.advance(2s);
  EXPECT_THROW(lookup(throws), std::runtime_error) << "its place was given back";
}

TEST(GuardRefusals, AnErrorCodeSaysRejectedInOurCategory) {
  using coded = expected<int, std::error_code>;
  guard_bench b;
  guard const lookup{"lookup", b.nervous, b.around};
  coded const failed =
      lookup([]() -> coded { return unexpected{make_error_code(std::errc::connection_refused)}; });

  coded const refused = lookup([]() -> coded { return 1; });

  EXPECT_EQ(failed.error(), std::errc::connection_refused) << "the caller's own";
  EXPECT_EQ(refused.error(), to_error_code(category::rejected));
  EXPECT_EQ(refused.error().message(), "rejected");
}

TEST(GuardRefusals, Trap26AnErrorCodeOfAnInnerGuardIsNoFailureOfTheOuterOne) {
  using coded = expected<int, std::error_code>;
  guard_bench b;
  guard const inner{"inner", b.nervous, b.around};
  guard const outer{"outer", b.steady, b.nervous, b.around};
  static_cast<void>(inner(fails));

  coded const refused = outer([&] { return inner([]() -> coded { return 1; }); });

  EXPECT_EQ(refused.error(), to_error_code(category::rejected));
  EXPECT_EQ(outer.state(), breaker_state::closed);
  EXPECT_TRUE(b.time.slept().empty());
}

TEST(GuardRefusals, ACallStoppedBeforeSaysCancelledByItsCode) {
  using coded = expected<int, std::error_code>;
  guard_bench b;
  guard const lookup{"lookup", b.around};
  std::stop_source stopper;
  std::stop_token const stopper_token = stopper.get_token();
  stopper.request_stop();

  auto const refused = lookup.with({.stop = stopper_token})([]() -> coded { return 1; });

  EXPECT_EQ(refused.error(), to_error_code(category::cancelled));
}

TEST(GuardRefusals, ATypeOfTheUsersOwnIsRefusedByTheSmallValue) {
  guard_bench b;
  guard const lookup{"lookup", b.nervous, b.around};
  static_cast<void>(lookup([] { return terse{-1}; }));

  terse const refused = lookup([] { return terse{1}; });

  EXPECT_EQ(refused.value, -2);
  EXPECT_EQ(refused.ask_again, 1s);
}

TEST(GuardRefusals, ATypeOfTheUsersOwnMayAskForTheWholeFailure) {
  guard_bench b;
  guard const lookup{"lookup", b.nervous, b.around};
  static_cast<void>(lookup(fails));

  EXPECT_EQ(lookup([] { return wordy{}; }).trouble,
            "(rejected): lookup: the circuit is open; ask again in 1s");
}

TEST(GuardRefusals, RejectedTellsItsFailureAndOutlivesTheGuard) {
  guard_bench b;
  std::optional<rejected> kept;
  {
    guard const lookup{"lookup", b.nervous, b.around};
    static_cast<void>(lookup(fails));
    try {
      lookup([] { return 1; });
    } catch (rejected const& error) {
      kept = error;
    }
  }

  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->why().fault, fault::local);
  EXPECT_EQ(kept->why().retry_after, 1s);
  EXPECT_STREQ(kept->what(), "(rejected): lookup: the circuit is open; ask again in 1s");
}

TEST(GuardRefusals, Trap25ARetryDoesNotHideFailuresFromTheBreaker) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, breaker{.failure_threshold = 100}, b.around};

  static_cast<void>(lookup(fails));

  EXPECT_EQ(lookup.stats().breaker.consecutive_failures, 3) << "one for each attempt";
}

TEST(GuardRefusals, Trap25AnOpenCircuitIsNotRetriedBlindly) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.nervous, b.around};
  static_cast<void>(lookup(fails));

  static_cast<void>(lookup(fails));

  EXPECT_TRUE(b.time.slept().empty());
  EXPECT_EQ(lookup.stats().refusals, 1U);
}

TEST(GuardRefusals, Case93ACallThatWaitsForTheCircuitSucceedsWhenItCloses) {
  guard_bench b;
  retry patient = b.steady;
  patient.wait_for_circuit = 10s;
  guard const lookup{"lookup", patient, b.nervous, b.around};
  int calls = 0;

  auto const result = lookup([&]() -> outcome {
    if (++calls == 1) return fails();
    return 1;
  });

  EXPECT_EQ(result, 1);
  EXPECT_EQ(b.time.slept(), (std::vector<duration>{1s}));
  EXPECT_EQ(lookup.state(), breaker_state::closed);
}

}  // namespace
}  // namespace holdfast
