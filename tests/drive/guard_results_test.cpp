#include "drive/guard_bench.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

/// A result type of a user's own.
struct reply {
  int status;
};

/// A result that can't be judged.
struct unreadable {};

}  // namespace

template <>
struct outcome_traits<reply> {
  static constexpr bool reports_failure = true;
  static std::optional<failure> failure_in(reply const& seen) {
    if (seen.status < 500) return std::nullopt;
    return failure{.category = category::transient, .advice = advice::after_backoff};
  }
};

template <>
struct outcome_traits<unreadable> {
  static constexpr bool reports_failure = true;
  static std::optional<failure> failure_in(unreadable const&) { throw std::logic_error{"traits"}; }
};

namespace {

using namespace std::chrono_literals;

TEST(GuardResults, EveryKindOfResultComesBack) {
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

TEST(GuardResults, AResultTypeOfTheUsersOwnIsUnderstoodByItsTraits) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  int calls = 0;

  reply const last = lookup([&] { return reply{++calls < 3 ? 503 : 200}; });

  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(calls, 3);
}

TEST(GuardResults, Trap05TraitsThatThrowGiveTheProbesPlaceBack) {
  guard_bench b;
  guard const lookup{"lookup", b.nervous, b.around};
  static_cast<void>(lookup(fails));
  b.time.advance(1s);

  EXPECT_THROW(lookup([] { return unreadable{}; }), std::logic_error);

  EXPECT_TRUE(lookup([]() -> outcome { return 1; })) << "the next probe was admitted";
}

TEST(GuardResults, AFailingReferenceComesBackAsTheSameObject) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  reply shared{503};

  reply& same = lookup([&]() -> reply& { return shared; });

  EXPECT_EQ(&same, &shared);
  EXPECT_EQ(b.time.slept().size(), 2U);
}

TEST(GuardResults, AMoveOnlyResultThatMayFailIsMovedOut) {
  using owned = expected<std::unique_ptr<int>, failure>;
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  int calls = 0;

  owned const made = lookup([&]() -> owned {
    if (++calls < 3) return unexpected{overloaded()};
    return std::make_unique<int>(calls);
  });

  ASSERT_TRUE(made);
  EXPECT_EQ(**made, 3);
}

TEST(GuardResults, AnErrorCodeIsJudgedAsItsCondition) {
  using coded = expected<int, std::error_code>;
  guard_bench b;
  retry repeating = b.steady;
  repeating.idempotent = true;
  guard const lookup{"lookup", repeating, b.around};
  int calls = 0;

  coded const result = lookup([&]() -> coded {
    if (++calls < 3) return unexpected{make_error_code(std::errc::connection_reset)};
    return 42;
  });

  EXPECT_EQ(result, 42);
  EXPECT_EQ(calls, 3);
}

struct counter {
  int operator()() & { return ++calls; }
  int calls = 0;
};

TEST(GuardResults, ACallableIsCalledInPlaceAndNeverCopied) {
  guard const lookup{"lookup", retry{}};
  counter one;
  auto owning = [held = std::make_unique<int>(5)] { return *held; };

  lookup(one);
  lookup(one);

  EXPECT_EQ(one.calls, 2);
  EXPECT_EQ(lookup(owning), 5);
}

int seven() { return 7; }

TEST(GuardResults, AFunctionIsACallableToo) {
  guard const lookup{"lookup", retry{}};
  std::function<int(attempt const&)> const hidden = [](attempt const& a) { return a.number(); };

  EXPECT_EQ(lookup(seven), 7);
  EXPECT_EQ(lookup(&seven), 7);
  EXPECT_EQ(lookup(hidden), 1);
}

TEST(GuardResults, WhereBothFitACallableTakesTheAttempt) {
  struct either {
    int operator()() const { return 0; }
    int operator()(attempt const& a) const { return a.number(); }
  };
  guard const lookup{"lookup", retry{}};

  EXPECT_EQ(lookup(either{}), 1);
}

}  // namespace
}  // namespace holdfast
