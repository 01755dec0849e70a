#include "holdfast/config/load.hpp"
#include "holdfast/core/retry_fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(RetryLoad, EveryFieldCanBeWritten) {
  auto const loaded = parse_yaml(
                          "max_attempts: 5\nbackoff: delays\ninitial_delay: 1s\n"
                          "backoff_factor: 3\ndelay_step: 2s\ndelays: [100ms, 1s, 1m]\n"
                          "max_delay: 2m\njitter: equal\njitter_factor: 0.1\n"
                          "max_elapsed: 1h\nmax_retry_after: 10m\nidempotent: true\n"
                          "wait_for_circuit: 30s\nper_category:\n"
                          "  throttled: {initial_delay: 5s, max_attempts: 8, backoff: linear}\n"
                          "  timeout: {max_attempts: 1}\n",
                          "t.yaml")
                          .and_then(load_from<retry>);

  ASSERT_TRUE(loaded) << describe(loaded.error());
  EXPECT_EQ(loaded->backoff, backoff::delays);
  EXPECT_EQ(loaded->delay_step, 2s);
  EXPECT_THAT(loaded->delays, ElementsAre(100ms, 1s, 1min));
  EXPECT_EQ(loaded->jitter, jitter::equal);
  EXPECT_EQ(loaded->wait_for_circuit, 30s);
  ASSERT_EQ(loaded->per_category.size(), 2U);
  EXPECT_EQ(loaded->per_category.at(category::throttled).initial_delay, 5s);
  EXPECT_EQ(loaded->per_category.at(category::throttled).backoff, backoff::linear);
  EXPECT_EQ(loaded->per_category.at(category::timeout).max_attempts, 1);
  EXPECT_EQ(loaded->per_category.at(category::timeout).initial_delay, std::nullopt);
}

TEST(RetryLoad, EveryProblemIsToldAtItsPlace) {
  auto const loaded = parse_yaml(
                          "backoff: delays\n"
                          "delays: [100ms, 30]\n"
                          "per_category:\n"
                          "  throtled: {initial_delay: 5s}\n"
                          "  timeout: {max_attempts: 0, initial_dely: 1s}\n"
                          "  data: 7\n",
                          "t.yaml")
                          .and_then(load_from<retry>);

  ASSERT_FALSE(loaded);
  std::vector<std::string> told;
  for (problem const& each : loaded.error()) told.push_back(describe(each));
  EXPECT_THAT(
      told, ElementsAre("t.yaml:2:17  delays[1]: '30' has no unit\n"
                        "    write 30s, 30ms, …; units: ns, us, ms, s, m, h, d",
                        "t.yaml:4:3  per_category.throtled: unknown key; did you mean throttled?",
                        "t.yaml:5:27  per_category.timeout.max_attempts: '0' is out of range\n"
                        "    allowed: 1 .. 1000",
                        "t.yaml:5:30  per_category.timeout.initial_dely: unknown key; did you mean "
                        "initial_delay?",
                        "t.yaml:6:9  per_category.data: expected a map, found '7'"));
}

TEST(RetryLoad, AContradictionInsideOfAnOverrideIsToldThere) {
  auto const loaded = parse_yaml(
                          "max_attempts: 5\n"
                          "per_category:\n"
                          "  timeout: {max_delay: 50ms}\n",
                          "t.yaml")
                          .and_then(load_from<retry>);

  ASSERT_FALSE(loaded);
  EXPECT_EQ(describe(loaded.error()),
            "t.yaml:3:24  per_category.timeout.max_delay: 50ms is below initial_delay (100ms)\n"
            "    allowed: initial_delay .. 7d");
}

}  // namespace
}  // namespace holdfast
