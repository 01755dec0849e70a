#include "holdfast/importer/patience.hpp"

#include "importer/import_fixture.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

/// A target that answers as told, then that it is done.
class Patience : public ::testing::Test {
 protected:
  expected<void, unmet_request> insist(std::vector<target_answer> const& answers) {
    patience const waiting{limits_, stop_.get_token(), time_,
                           [this](problem const& why, instant, instant) {
                             shown_.push_back(why.what);
                             if (stop_at_nap_ == shown_.size()) stop_.request_stop();
                           }};
    return waiting.insist([&]() -> target_answer {
      return asked_ < answers.size() ? answers[asked_++] : target_answer{};
    });
  }
  static target_answer busy(duration retry_after = std::chrono::seconds{2}) {
    return {target_status::refused, retry_after, {{}, "busy", {}}};
  }

  run_limits limits_{};
  std::stop_source stop_;
  test::manual_time time_;
  std::vector<std::string> shown_;
  std::size_t asked_ = 0;
  std::size_t stop_at_nap_ = 0;
};

TEST_F(Patience, WhatIsDoneAtOnceIsNotWaitedFor) {
  EXPECT_TRUE(insist({}));
  EXPECT_EQ(time_.slept(), duration::zero());
}

TEST_F(Patience, ARefusalIsWaitedOutAndShownEachSecond) {
  EXPECT_TRUE(insist({busy(), busy()}));
  EXPECT_EQ(time_.slept(), std::chrono::seconds{4});
  EXPECT_EQ(shown_, (std::vector<std::string>{"busy", "busy", "busy", "busy"}));
}

TEST_F(Patience, ItEndsAfterTheSetTimeWithTheLastReason) {
  limits_.give_up_after = std::chrono::seconds{3};

  auto const done = insist({busy(), busy(), busy()});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().ending, run_ending::gave_up);
  EXPECT_EQ(done.error().why.what, "busy");
  EXPECT_EQ(time_.slept(), std::chrono::seconds{3});
}

TEST_F(Patience, WhatMustBeMendedIsNotWaitedFor) {
  auto const done = insist({{target_status::stopped, {}, {{}, "a view", {}}}});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().ending, run_ending::target_stopped);
  EXPECT_EQ(done.error().why.what, "a view");
  EXPECT_EQ(time_.slept(), duration::zero());
}

TEST_F(Patience, AStopEndsTheWait) {
  stop_at_nap_ = 1;

  auto const done = insist({busy(std::chrono::hours{1}), busy()});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().ending, run_ending::interrupted);
  EXPECT_LE(time_.slept(), std::chrono::seconds{1});
}

}  // namespace
}  // namespace holdfast
