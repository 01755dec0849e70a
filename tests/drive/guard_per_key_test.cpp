#include "holdfast/drive/guard_per_key.hpp"

#include "drive/guard_bench.hpp"
#include "holdfast/drive/event_recorder.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

outcome answers() { return 1; }

std::vector<std::string> names_of(guard_per_key const& hosts) {
  std::vector<std::string> names;
  for (guard const& each : hosts.guards()) names.emplace_back(each.name());
  return names;
}

TEST(GuardPerKey, EachKeyHasAGuardOfItsOwn) {
  guard_bench b;
  guard_per_key const hosts{"http", b.nervous, b.around};

  static_cast<void>(hosts("a", fails));

  EXPECT_EQ(hosts["a"].state(), breaker_state::open);
  EXPECT_EQ(hosts["b"].state(), breaker_state::closed);
  EXPECT_FALSE(hosts("a", answers));
  EXPECT_TRUE(hosts("b", answers));
}

TEST(GuardPerKey, AGuardHasTheNameAndItsKeyAndThePoliciesOfAll) {
  guard_bench b;
  guard_per_key const hosts{"http", b.steady, b.nervous, b.around};

  guard const one = hosts["api.example.org"];

  EXPECT_EQ(one.name(), "http.api.example.org");
  EXPECT_EQ(one.policies().retry, b.steady);
  EXPECT_EQ(one.policies().breaker, b.nervous);
}

TEST(GuardPerKey, ACallRunsUnderAllPoliciesAndRulesOfItsGuard) {
  guard_bench b;
  guard_per_key const hosts{"http", b.steady, b.around};
  int attempts = 0;

  int const value =
      hosts(
          "a", [&](attempt const& a) -> outcome { return attempts = a.number(), fails(); },
          or_else([] { return 7; }))
          .value();

  EXPECT_EQ(attempts, 3);
  EXPECT_EQ(value, 7);
}

TEST(GuardPerKey, ResultsOfAllKindsAreHandedThrough) {
  guard_per_key const hosts{"http"};
  int there = 5;

  EXPECT_EQ(&hosts("a", [&]() -> int& { return there; }), &there);
  hosts("a", [&] { there = 6; });
  EXPECT_THROW(hosts("a", [] { throw std::runtime_error{"no"}; }), std::runtime_error);
  EXPECT_EQ(there, 6);
}

TEST(GuardPerKey, TheSameKeyIsTheSameGuardWhateverHoldsItsText) {
  guard_per_key const hosts{"http"};
  std::string const text = "key=api.example.org;";

  guard const one = hosts["api.example.org"];
  guard const same = hosts[std::string_view{text}.substr(4, 15)];

  EXPECT_EQ(one.name().data(), same.name().data());
  EXPECT_EQ(hosts.stats().made, 1U);
}

TEST(GuardPerKey, CopiesShareTheKeys) {
  guard_bench b;
  guard_per_key const hosts{"http", b.nervous, b.around};
  std::vector<guard_per_key> const copies(2, hosts);

  static_cast<void>(copies[0]("a", fails));

  EXPECT_EQ(copies[1]["a"].state(), breaker_state::open);
  EXPECT_EQ(hosts["a"].state(), breaker_state::open);
}

TEST(GuardPerKey, AGuardOutlivesTheKeys) {
  guard_bench b;
  auto hosts = std::make_unique<guard_per_key>("http", b.nervous, b.around);
  guard const kept = (*hosts)["a"];

  hosts.reset();

  EXPECT_FALSE(kept(fails));
  EXPECT_EQ(kept.state(), breaker_state::open);
}

TEST(GuardPerKey, TheGuardsOfAllKeysCanBeSeen) {
  guard_per_key const hosts{"http"};
  for (char const* key : {"a", "b", "c"}) hosts(key, [] {});

  EXPECT_THAT(names_of(hosts), UnorderedElementsAre("http.a", "http.b", "http.c"));
  EXPECT_EQ(hosts.stats().keys, 3U);
}

TEST(GuardPerKey, AKeyThatIsNoCleanTextSharesTheGuardOfTheOthers) {
  guard_per_key const hosts{"http", key_limits{.max_key_length = 8}};
  std::vector<std::string> const unfit{"",         "123456789",   "a\nb", std::string(1, '\0'),
                                       "\x7f",     "\x1b[2J",     "\xff", "\xc3",
                                       "\xc2\x85", "\xed\xa0\x80"};

  for (std::string const& each : unfit) EXPECT_EQ(hosts[each].name(), "http.other") << each;

  EXPECT_EQ(hosts.stats().unfit, unfit.size());
  EXPECT_EQ(hosts.stats().keys, 0U);
  EXPECT_EQ(hosts["12345678"].name(), "http.12345678");
  EXPECT_EQ(hosts["Z\xc3\xbcrich"].name(), "http.Z\xc3\xbcrich");
}

TEST(GuardPerKey, TheKeyOtherIsTheGuardOfTheOthers) {
  guard_per_key const hosts{"http"};

  EXPECT_EQ(hosts["other"].name().data(), hosts.other().name().data());
  EXPECT_EQ(hosts.stats().keys, 0U);
}

TEST(GuardPerKey, AListenerHearsOfKeysThatCameBeforeItAndAfterIt) {
  guard_bench b;
  guard_per_key const hosts{"http", b.nervous, b.around};
  event_recorder const heard;
  static_cast<void>(hosts("before", answers));

  hosts.on_event(heard);
  static_cast<void>(hosts("before", fails));
  static_cast<void>(hosts("after", fails));
  static_cast<void>(hosts("", fails));

  std::vector<std::string> opened;
  for (auto const& each : heard.of(event_kind::breaker_changed)) opened.push_back(each.operation);
  EXPECT_THAT(opened, UnorderedElementsAre("http.before", "http.after", "http.other"));
}

TEST(GuardPerKey, KeysWhoseCircuitRefusesAreCountedUntilTheirWaitIsOver) {
  guard_bench b;
  guard_per_key const hosts{"http", b.nervous, b.around};
  static_cast<void>(hosts("good", answers));
  static_cast<void>(hosts("bad", fails));
  static_cast<void>(hosts("worse", fails));
  EXPECT_EQ(hosts.stats().open, 2U);

  b.time.advance(2s);
  EXPECT_EQ(hosts.stats().open, 0U) << "the next call would probe";

  hosts["good"].force_open("maintenance", off);
  EXPECT_EQ(hosts.stats().open, 1U);
}

TEST(GuardPerKey, AListenerMayAskForKeys) {
  guard_bench b;
  guard_per_key const hosts{"http", b.nervous, b.around};
  hosts.on_event([&hosts](event const&) { hosts("told", [] {}); });

  static_cast<void>(hosts("a", fails));

  EXPECT_EQ(hosts.stats().keys, 2U);
}

TEST(GuardPerKey, ACallMayAskForOtherKeys) {
  guard_per_key const hosts{"http"};

  int const value =
      hosts("a", [&] { return hosts("b", [&] { return hosts("a", [] { return 3; }); }); });

  EXPECT_EQ(value, 3);
  EXPECT_EQ(hosts.stats().keys, 2U);
}

std::string problem_of(std::string_view name, key_limits const& limits) {
  try {
    guard_per_key const hosts{name, limits};
  } catch (invalid_options const& problem) {
    return problem.what();
  }
  return "none";
}

TEST(GuardPerKey, LimitsOutOfRangeAreTold) {
  EXPECT_EQ(problem_of("http", {}), "none");
  EXPECT_THAT(problem_of("http", {.max_keys = 0}), HasSubstr("key_limits.max_keys: 0"));
  EXPECT_THAT(problem_of("http", {.idle_after = 1ms}), HasSubstr("key_limits.idle_after"));
  EXPECT_THAT(problem_of("", {}), HasSubstr("the name must have"));
  EXPECT_THAT(problem_of(std::string(60, 'n'), {}), HasSubstr("beyond 120 bytes"));
}

}  // namespace
}  // namespace holdfast
