#include "holdfast/drive/guarded_function.hpp"

#include "drive/guard_bench.hpp"

#include <array>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

/// Counts what lives of it.
struct counted {
  explicit counted(int& alive) : alive_{&alive} { ++*alive_; }
  counted(counted const& other) : alive_{other.alive_} { ++*alive_; }
  counted& operator=(counted const&) = delete;
  ~counted() { --*alive_; }
  int* alive_;
};

TEST(GuardedFunction, HidesTheCallablesType) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  int calls = 0;
  guarded_function<outcome(int)> const load{lookup, [&](int id) -> outcome {
                                              if (++calls < 3) return fails();
                                              return id;
                                            }};

  EXPECT_EQ(load(42), 42);
  EXPECT_EQ(calls, 3);
}

TEST(GuardedFunction, TakesWhatWasWrappedBefore) {
  guard const lookup{"lookup", retry{}};
  guarded_function<std::string(std::string const&)> const load =
      lookup.wrap([](std::string const& id) { return id + "!"; });

  EXPECT_EQ(load("x"), "x!");
}

TEST(GuardedFunction, TakesTheRulesOfAllItsCalls) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  guarded_function<int()> const load{lookup, [] { return -1; }, or_else([] { return 7; }),
                                     retry_if([](int seen) { return seen < 0; })};

  EXPECT_EQ(load(), 7);
}

TEST(GuardedFunction, HoldsCallablesOfAnySizeAndEndsEachOnce) {
  guard const lookup{"lookup", retry{}};
  int alive = 0;
  {
    guarded_function<int()> small{lookup, [one = counted{alive}] { return *one.alive_; }};
    guarded_function<int()> large{
        lookup, [one = counted{alive}, room = std::array<int, 99>{5}] { return room[0]; }};
    EXPECT_EQ(alive, 2);

    guarded_function<int()> moved = std::move(small);
    EXPECT_EQ(moved(), 2);
    moved = std::move(large);
    EXPECT_EQ(moved(), 5);
    EXPECT_EQ(alive, 1) << "what it held before has ended";
  }
  EXPECT_EQ(alive, 0);
}

TEST(GuardedFunction, OneWithoutACallableSaysSo) {
  guarded_function<int()> none;
  guarded_function<int()> given{guard{"lookup"}, [] { return 1; }};

  EXPECT_FALSE(none);
  EXPECT_THROW(none(), std::bad_function_call);
  none = std::move(given);
  EXPECT_EQ(none(), 1);
  EXPECT_FALSE(given);  // NOLINT(bugprone-use-after-move): that is what is asked
}

TEST(GuardedFunction, CarriesArgumentsAndResultsThatOnlyMove) {
  guard const lookup{"lookup", retry{}};
  guarded_function<std::unique_ptr<int>(std::unique_ptr<int>)> const twice{
      lookup, [](std::unique_ptr<int> const& of) { return std::make_unique<int>(*of * 2); }};
  guarded_function<void(int&)> const count{lookup, [](int& seen) { return ++seen; }};
  int seen = 0;

  count(seen);

  EXPECT_EQ(*twice(std::make_unique<int>(4)), 8);
  EXPECT_EQ(seen, 1);
}

TEST(GuardedFunction, FitsIntoACacheLine) { EXPECT_LE(sizeof(guarded_function<int(int)>), 64U); }

}  // namespace
}  // namespace holdfast
