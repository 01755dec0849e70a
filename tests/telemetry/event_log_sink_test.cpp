// What sinks do, and what becomes of the caller then.
#include "drive/in_threads.hpp"
#include "needs_fork.hpp"
#include "telemetry/log_bench.hpp"

#include <atomic>
#include <functional>
#include <latch>
#include <set>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

/// Calls what it is given.
class calling_sink final : public spdlog::sinks::sink {
 public:
  void log(spdlog::details::log_msg const& line) override {
    on_log({line.payload.data(), line.payload.size()});
  }
  void flush() override { on_flush(); }
  void set_pattern(std::string const&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  std::function<void(std::string_view)> on_log = [](std::string_view) {};
  std::function<void()> on_flush = [] {};
};

TEST(EventLogSink, OneThatThrowsReachesNobodyAndIsCounted) {
  auto const sink = std::make_shared<calling_sink>();
  event_log log{{}, sink};
  failure const seen = http_503();
  event const failed{.kind = event_kind::attempt_failed, .operation = "db", .seen = &seen};
  sink->on_log = [](std::string_view) { throw std::runtime_error{"lost"}; };

  EXPECT_NO_THROW(log.on_event(failed));
  EXPECT_NO_THROW(log.tell(log_level::info, "started"));
  EXPECT_EQ(log.dropped(), 2U);

  sink->on_log = [](std::string_view) { throw 1; };
  EXPECT_NO_THROW(log.tell(log_level::info, "started"));
  EXPECT_EQ(log.dropped(), 3U);
}

TEST(EventLogSink, OneThatRecoversIsWrittenToAgain) {
  auto const sink = std::make_shared<calling_sink>();
  event_log log{{}, sink};
  std::vector<std::string> written;
  sink->on_log = [](std::string_view) { throw std::runtime_error{"lost"}; };
  log.tell(log_level::info, "first");

  sink->on_log = [&](std::string_view line) { written.emplace_back(line); };
  log.tell(log_level::info, "second");

  EXPECT_EQ(log.dropped(), 1U);
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(log_json::parse(written[0])["event"], "second");
}

TEST(EventLogSink, AFailedFlushIsALostLineButAFlushByHandLosesNone) {
  auto const sink = std::make_shared<calling_sink>();
  event_log log{{}, sink};
  sink->on_flush = [] { throw std::runtime_error{"full"}; };

  log.tell(log_level::info, "started");
  EXPECT_NO_THROW(log.flush());

  EXPECT_EQ(log.dropped(), 1U);
}

TEST(EventLogSink, AFullDiskIsCounted) {
  event_log log{{}, std::make_shared<spdlog::sinks::basic_file_sink_st>("/dev/full")};

  for (int i = 0; i < 3; ++i) log.tell(log_level::info, "started");

  EXPECT_EQ(log.dropped(), 3U);
}

TEST(EventLogSink, AClockThatThrowsReachesNobody) {
  auto const sink = std::make_shared<calling_sink>();
  event_log log{{}, sink, []() -> std::chrono::system_clock::time_point { throw 1; }};
  failure const seen = http_503();

  EXPECT_NO_THROW(log.on_event({.kind = event_kind::attempt_failed, .seen = &seen}));
  EXPECT_NO_THROW(log.tell(log_level::info, "started"));

  EXPECT_EQ(log.dropped(), 2U);
}

TEST(EventLogSink, OneThatMakesLinesItselfDoesNotWaitForItself) {
  auto const sink = std::make_shared<calling_sink>();
  event_log log{{}, sink};
  int written = 0;
  sink->on_log = [&](std::string_view) {
    ++written;
    log.tell(log_level::warn, "sending");
    log.flush();
  };

  log.tell(log_level::info, "started");

  EXPECT_EQ(written, 1);
  EXPECT_EQ(log.dropped(), 1U);
}

TEST(EventLogSink, TheTimeOfTheLineIsThatOfTheMessage) {
  std::ostringstream text;
  auto const sink = std::make_shared<spdlog::sinks::ostream_sink_st>(text);
  event_log log{{}, sink, [] { return log_start; }};
  sink->set_pattern("%H:%M:%S.%e %l %n");

  log.tell(log_level::error, "started");

  EXPECT_EQ(text.str().substr(2), ":31:12.123 error holdfast\n") << "the hour is local";
}

TEST(EventLogSink, TenThreadsWriteWholeLinesAndLoseNone) {
  std::ostringstream text;
  constexpr int threads = 10;
  constexpr int rounds = 200;
  std::int64_t attempts_told = 0;
  std::set<std::pair<std::int64_t, std::int64_t>> told;
  {
    event_log log{
        {}, std::make_shared<spdlog::sinks::ostream_sink_st>(text), [] { return log_start; }};
    in_threads(threads, [&](int thread) {
      failure const seen = http_503();
      for (int round = 0; round < rounds; ++round) {
        std::array<log_field, 2> const fields{{{"thread", thread}, {"round", round}}};
        log.tell(log_level::info, "ran", fields);
        log.on_event({.kind = event_kind::attempt_failed, .operation = "db", .seen = &seen});
      }
    });
    EXPECT_EQ(log.dropped(), 0U);
  }

  std::istringstream in{text.str()};
  for (std::string line; std::getline(in, line);) {
    log_json const each = log_json::parse(line);
    if (each["event"] == "ran") told.emplace(each["thread"], each["round"]);
    if (each["event"] == "attempt_failed") ++attempts_told;
    if (each["event"] == "repeated") attempts_told += each["times"].get<std::int64_t>();
  }
  EXPECT_EQ(told.size(), std::size_t{threads} * rounds);
  EXPECT_EQ(attempts_told, threads * rounds);
}

/// Runs `what` in a forked child; its answer, or -1 where the child was ended by a signal.
template <class What>
int in_a_child(What const& what) {
  pid_t const child = fork();
  if (child == 0) {
    alarm(20);
    _exit(what());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(EventLogSink, AChildDropsLinesWhereAThreadOfTheParentWasWriting) {
  HOLDFAST_NEEDS_FORK;
  auto const sink = std::make_shared<calling_sink>();
  event_log log{{}, sink};
  std::latch writing{1};
  std::latch done{1};
  sink->on_log = [&](std::string_view) {
    writing.count_down();
    done.wait();
  };
  std::jthread const writer{[&] { log.tell(log_level::info, "slow"); }};
  writing.wait();

  int const dropped = in_a_child([&] {
    log.tell(log_level::info, "first");
    log.tell(log_level::info, "second");
    return static_cast<int>(log.dropped());
  });

  done.count_down();
  EXPECT_EQ(dropped, 2);
}

TEST(EventLogSink, AChildLeavesTheCountsOfItsParentToIt) {
  HOLDFAST_NEEDS_FORK;
  auto const sink = std::make_shared<calling_sink>();
  auto now = log_start;
  event_log log{{}, sink, [&] { return now; }};
  failure const seen = http_503();
  int lines = 0;
  for (int i = 0; i < 3; ++i) {
    log.on_event({.kind = event_kind::attempt_failed, .operation = "db", .seen = &seen});
  }
  sink->on_log = [&](std::string_view) { ++lines; };
  now += 10s;

  int const told_by_the_child = in_a_child([&] {
    log.flush();
    return lines;
  });
  log.flush();

  EXPECT_EQ(told_by_the_child, 0);
  EXPECT_EQ(lines, 1);
}

}  // namespace
}  // namespace holdfast
