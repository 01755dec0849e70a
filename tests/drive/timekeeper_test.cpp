#include "holdfast/drive/timekeeper.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

/// Has nothing but what every timekeeper must have.
class plain_timekeeper final : public timekeeper {
 public:
  [[nodiscard]] instant now() noexcept override { return instant{1h}; }
  bool sleep_until(instant /*until*/, std::stop_token const& /*stop*/) override { return true; }
};

class silent_listener final : public tick_listener {
 public:
  [[nodiscard]] finding on_tick(instant /*now*/) noexcept override { return finding::idle; }
  void tell() noexcept override {}
};

TEST(SystemTime, AWaitUntilThePastIsOverAtOnce) {
  EXPECT_TRUE(system_time().sleep_until(system_time().now() - 1s, {}));
}

TEST(SystemTime, AWaitWithAStopRequestedDoesNotBegin) {
  std::stop_source source;
  source.request_stop();

  EXPECT_FALSE(system_time().sleep_until(never_reached, source.get_token()));
}

TEST(SystemTime, AStopEndsAWaitThatWouldNeverEnd) {
  std::stop_source source;
  bool reached = true;
  std::thread waiting{
      [&] { reached = system_time().sleep_until(system_time().now() + 24h, source.get_token()); }};

  source.request_stop();
  waiting.join();

  EXPECT_FALSE(reached);
}

TEST(Timekeeper, OneWithoutTicksStaysAtZeroWhoeverNeedsThem) {
  plain_timekeeper time;
  silent_listener listener;

  time.need_ticks(10ms);
  time.add(listener);
  time.remove(listener);

  EXPECT_EQ(time.ticks().load(), 0U);
}

}  // namespace
}  // namespace holdfast
