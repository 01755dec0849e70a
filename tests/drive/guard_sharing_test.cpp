// A guard whose circuit is shared with other processes.
#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/manual_time.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using outcome = expected<int, failure>;

outcome fails() { return unexpected{plain_failure(category::transient)}; }
outcome answers() { return 1; }

class GuardSharing : public ::testing::Test {
 protected:
  /// Shared, open, and past its wait.
  void SetUp() override {
    page_.share(1h);
    static_cast<void>(page_(fails));
    time_.advance(10s);
  }
  void allow(duration length) {
    auto const seen = page_.look_for_sharing();
    EXPECT_TRUE(page_.allow_probes(seen.generation, time_.now() + length));
  }

  manual_time time_;
  guard page_{operation_options{
      .name = "page",
      .breaker = {.failure_threshold = 1, .recovery_timeout = 10s, .recovery_jitter = 0},
      .surroundings = {.time = &time_, .seed = 1}}};
};

TEST_F(GuardSharing, ItProbesWhereItMay) {
  EXPECT_FALSE(page_(answers));
  EXPECT_TRUE(page_.look_for_sharing().wants_probe);
  EXPECT_FALSE(page_.look_for_sharing().wants_probe) << "said once";
  allow(2s);

  EXPECT_TRUE(page_(answers));
  EXPECT_EQ(page_.state(), breaker_state::closed);
}

TEST_F(GuardSharing, NothingIsDoneToABreakerThatHasChangedSinceItWasLookedAt) {
  auto const seen = page_.look_for_sharing();
  page_.reset("by hand");

  EXPECT_FALSE(page_.allow_probes(seen.generation, time_.now() + 2s));
  EXPECT_FALSE(page_.adopt(seen.generation, {.open = true, .until = time_.now() + 10s}));

  EXPECT_EQ(page_.state(), breaker_state::closed);
}

TEST_F(GuardSharing, WhatTheOthersHaveFoundOutIsToldToListeners) {
  std::vector<transition_reason> told;
  page_.on_event([&](event const& what) {
    if (what.changed != nullptr) told.push_back(what.changed->reason);
  });
  auto const seen = page_.look_for_sharing();

  auto const generation = page_.adopt(seen.generation, {});

  EXPECT_EQ(generation, page_.stats().breaker.generation);
  EXPECT_EQ(told, std::vector{transition_reason::shared});
}

TEST_F(GuardSharing, WhatWasAllowedToAProcessIsNotAllowedToItsForkedChild) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer follows no child of several threads";
#endif
  allow(1h);
  pid_t const child = ::fork();
  if (child == 0) ::_exit(page_(answers) ? 1 : 0);
  int status = 0;
  ::waitpid(child, &status, 0);

  EXPECT_EQ(status, 0);
  EXPECT_TRUE(page_(answers));
}

}  // namespace
}  // namespace holdfast
