#include "drive/guard_bench.hpp"

#include <stdexcept>
#include <system_error>

#include <gtest/gtest.h>

namespace shop {

/// Two errors that the library does not know.
struct error {
  bool sold_out;
};
struct late_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct broken_judge {};

holdfast::failure failure_of(error const& seen) {
  return {.category = holdfast::category::data,
          .fault = holdfast::fault::caller,
          .advice = seen.sold_out ? holdfast::advice::never : holdfast::advice::after_backoff};
}
holdfast::failure failure_of(late_error const&) {
  return {.category = holdfast::category::timeout, .advice = holdfast::advice::after_backoff};
}
holdfast::failure failure_of(broken_judge const&) { throw std::logic_error{"judge"}; }

}  // namespace shop

namespace holdfast {
namespace {

using namespace std::chrono_literals;

/// How many attempts a guard makes of a callable that throws this.
template <class Error>
int attempts_at(guard const& called, Error const& thrown) {
  int calls = 0;
  EXPECT_THROW(called([&] {
                 ++calls;
                 throw Error{thrown};
               }),
               Error);
  return calls;
}

TEST(GuardClassifies, ErrorsOfTheUsersOwnAreJudgedByTheirOwnWord) {
  guard_bench b;
  guard const orders{"orders", b.steady, classifies<shop::error, shop::late_error>{}, b.nervous,
                     b.around};

  EXPECT_EQ(attempts_at(orders, shop::error{.sold_out = true}), 1);
  EXPECT_EQ(attempts_at(orders, shop::error{.sold_out = false}), 3);
  EXPECT_EQ(orders.state(), breaker_state::closed) << "the caller's fault is a sign of life";
  EXPECT_EQ(attempts_at(orders, shop::late_error{"late"}), 1) << "it opened the circuit";
}

TEST(GuardClassifies, AllOthersAreJudgedAsBefore) {
  guard_bench b;
  guard const orders{"orders", b.steady, classifies<shop::error>{}, b.around};
  std::system_error const refused{std::make_error_code(std::errc::connection_refused)};

  EXPECT_EQ(attempts_at(orders, refused), 3);
  EXPECT_EQ(attempts_at(orders, shop::late_error{"late"}), 1) << "unknown: withheld";
  EXPECT_EQ(attempts_at(orders, 5), 1);
}

TEST(GuardClassifies, AJudgeThatThrowsIsJudgedItself) {
  guard_bench b;
  guard const orders{"orders", b.steady, b.nervous, classifies<shop::broken_judge>{}, b.around};

  EXPECT_EQ(attempts_at(orders, shop::broken_judge{}), 1);
  EXPECT_EQ(orders.state(), breaker_state::closed) << "a logic_error is the caller's fault";
}

constexpr fault_injection always{.failure_rate = 1};

TEST(GuardFaults, AnInjectedFailureTakesThePlaceOfTheAttempt) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, always, b.around};
  bool ran = false;
  story told;

  auto const result = lookup.with({.story = &told})([&]() -> outcome {
    ran = true;
    return 1;
  });

  ASSERT_FALSE(result);
  EXPECT_FALSE(ran);
  EXPECT_EQ(result.error().text.view(), "injected by fault_injection");
  EXPECT_EQ(told.attempts, 3) << "judged and retried like the real thing";
}

TEST(GuardFaults, AnInjectedFailureIsRecordedByTheBreaker) {
  guard_bench b;
  guard const lookup{"lookup", b.nervous, always, b.around};

  static_cast<void>(lookup([]() -> outcome { return 1; }));

  EXPECT_EQ(lookup.state(), breaker_state::open);
  EXPECT_EQ(lookup([]() -> outcome { return 1; }).error().category, category::rejected)
      << "outside of it stands the breaker";
}

TEST(GuardFaults, ResultsThatCanNotCarryAFailureGetAnException) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, always, b.around};

  EXPECT_THROW(lookup([](attempt const&) { return 1; }), failure_error);
  EXPECT_THROW(lookup([] {}), failure_error);
  EXPECT_EQ(b.time.slept().size(), 4U);
}

TEST(GuardFaults, AnErrorCodeCarriesTheCategory) {
  using coded = expected<int, std::error_code>;
  guard_bench b;
  guard const lookup{"lookup", b.steady,
                     fault_injection{.failure_rate = 1, .category = category::resource}, b.around};

  coded const result = lookup([]() -> coded { return 1; });

  EXPECT_EQ(result.error(), to_error_code(category::resource));
  EXPECT_EQ(b.time.slept().size(), 2U) << "and is judged by it";
}

TEST(GuardFaults, TheSameSeedGivesTheSameFaults) {
  guard_bench b;
  auto const course = [&] {
    guard const lookup{"lookup", fault_injection{.failure_rate = 0.5, .seed = 7}, b.around};
    std::string seen;
    for (int i = 0; i < 40; ++i) seen += lookup([]() -> outcome { return 1; }) ? '.' : 'x';
    return seen;
  };

  std::string const first = course();

  EXPECT_EQ(course(), first);
  EXPECT_NE(first.find('x'), std::string::npos);
  EXPECT_NE(first.find('.'), std::string::npos);
}

TEST(GuardFaults, InjectedLatencyIsWaitedForWithinTheAttempt) {
  guard_bench b;
  guard const lookup{"lookup", fault_injection{.latency_rate = 1, .latency = 70ms}, b.around};

  EXPECT_EQ(lookup([] { return 42; }), 42);

  EXPECT_EQ(b.time.slept(), (std::vector<duration>{70ms}));
}

TEST(GuardFaults, ASubstituteStandsInForAnInjectedFailure) {
  guard_bench b;
  guard const lookup{"lookup", always, b.around};

  EXPECT_EQ(lookup([] { return 1; }, or_else([] { return 7; })), 7);
}

}  // namespace
}  // namespace holdfast
