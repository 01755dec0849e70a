#include "drive/guard_bench.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

struct repository {
  virtual ~repository() = default;
  int load(int id) { return ++loads * 100 + id; }
  [[nodiscard]] int size() const noexcept { return loads; }
  virtual std::string name() { return "plain"; }
  static int twice(int n) { return 2 * n; }
  int pick(attempt const& a, int id) const { return a.number() * 10 + id + loads; }
  expected<int, failure> find(int id) const noexcept { return id + loads; }
  int overloaded(int id) { return id; }
  std::string overloaded(std::string const& id) { return id; }

  int loads = 0;
};

struct named_repository : repository {
  std::string name() override { return "named"; }
};

int add(int a, int b) noexcept { return a + b; }
int& largest(int& a, int& b) { return a < b ? b : a; }
std::unique_ptr<int> boxed(int value) { return std::make_unique<int>(value); }

struct Wrap : ::testing::Test {
  guard_bench b;
  guard lookup{"lookup", b.steady, breaker{}, b.around};
};

TEST_F(Wrap, AFunctionIsCalledByItsNameOrAddress) {
  EXPECT_EQ(lookup.wrap(add)(1, 2), 3);
  EXPECT_EQ(lookup.wrap(&add)(1, 2), 3);
  EXPECT_EQ(lookup.wrap(&repository::twice)(4), 8);
}

TEST_F(Wrap, AMemberFunctionByReferencePointerAndSharedPointer) {
  auto load = lookup.wrap(&repository::load);
  repository one;
  auto const shared = std::make_shared<repository>();

  EXPECT_EQ(load(one, 1), 101);
  EXPECT_EQ(load(&one, 2), 202);
  EXPECT_EQ(load(std::ref(one), 3), 303);
  EXPECT_EQ(load(shared, 4), 104);
  EXPECT_EQ(load(std::make_unique<repository>(), 5), 105);
}

TEST_F(Wrap, AMemberFunctionThatIsConstOrVirtual) {
  named_repository const named;
  named_repository changed;

  EXPECT_EQ(lookup.wrap(&repository::size)(named), 0);
  EXPECT_EQ(lookup.wrap(&repository::name)(changed), "named");
}

TEST_F(Wrap, ADataMember) {
  repository one;

  lookup.wrap (&repository::loads)(one) = 5;

  EXPECT_EQ(one.loads, 5);
}

TEST_F(Wrap, AMemberFunctionThatTakesAnAttempt) {
  EXPECT_EQ(lookup.wrap(&repository::pick)(repository{}, 7), 17);
}

TEST_F(Wrap, ALambdaThatTakesAnAttemptBeforeItsArguments) {
  auto const load = lookup.wrap([](attempt const& a, int id) -> outcome {
    if (a.number() < 3) return fails();
    return id;
  });

  EXPECT_EQ(load(42), 42);
}

TEST_F(Wrap, AnOverloadedNameByACastOrALambda) {
  repository one;
  auto by_cast = lookup.wrap(static_cast<int (repository::*)(int)>(&repository::overloaded));
  auto by_lambda = lookup.wrap([](repository& in, auto const& id) { return in.overloaded(id); });

  EXPECT_EQ(by_cast(one, 3), 3);
  EXPECT_EQ(by_lambda(one, std::string{"x"}), "x");
}

TEST_F(Wrap, AFunctionObjectThatChanges) {
  auto counts = lookup.wrap([calls = 0]() mutable { return ++calls; });

  counts();

  EXPECT_EQ(counts(), 2);
}

TEST_F(Wrap, AFunctionObjectThatOnlyMoves) {
  auto made = lookup.wrap([held = std::make_unique<int>(5)](int more) { return *held + more; });
  auto const moved = std::move(made);

  EXPECT_EQ(moved(1), 6);
}

TEST_F(Wrap, ResultsByReferenceAndThatOnlyMove) {
  int small = 1;
  int large = 2;

  EXPECT_EQ(&lookup.wrap(largest)(small, large), &large);
  EXPECT_EQ(*lookup.wrap(boxed)(3), 3);
}

TEST_F(Wrap, FitsIntoAFunctionAndKeepsTheGuardAlive) {
  std::function<int(int, int)> held;
  {
    guard const local{"local", retry{}, b.around};
    held = local.wrap(add);
  }

  EXPECT_EQ(held(1, 2), 3);
}

TEST_F(Wrap, CopiesShareTheGuard) {
  guard const nervous{"nervous", b.nervous, b.around};
  auto const one = nervous.wrap(fails);
  auto const other = one;  // NOLINT(performance-unnecessary-copy-initialization)

  static_cast<void>(other());

  EXPECT_EQ(one().error().category, category::rejected);
}

TEST_F(Wrap, ConstAndNoexceptAreKeptWhereThePromiseCanBe) {
  auto const find = lookup.wrap(&repository::find);
  auto const plus = lookup.wrap(add);
  auto const ruled = lookup.wrap(&repository::find, or_else([] { return outcome{1}; }));
  repository const one;

  static_assert(noexcept(find(one, 1)));
  static_assert(!noexcept(plus(1, 2)), "it may throw rejected");
  static_assert(!noexcept(ruled(one, 1)), "a rule may throw");
  EXPECT_EQ(find(one, 1), 1);
}

TEST_F(Wrap, EveryAttemptSeesTheSameArguments) {
  std::vector<std::string> seen;
  auto const store = lookup.wrap([&](std::string row) -> outcome {
    seen.push_back(std::move(row));
    return fails();
  });

  static_cast<void>(store(std::string(40, 'x')));

  EXPECT_EQ(seen, std::vector<std::string>(3, std::string(40, 'x')));
}

TEST_F(Wrap, RulesAreGivenOnceForAllCalls) {
  auto const load = lookup.wrap([](int id) { return id; }, or_else([] { return 7; }),
                                retry_if([](int seen) { return seen < 0; }));

  EXPECT_EQ(load(3), 3);
  EXPECT_EQ(load(-3), 7);
  EXPECT_EQ(b.time.slept().size(), 2U);
}

}  // namespace
}  // namespace holdfast
