// The system's ticker, in real time. Every wait is bounded, and none is shorter on a slow machine.
#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/ticker.hpp"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

/// Waits for what must come within so long.
template <class Condition>
bool comes_within(duration limit, Condition const& holds) {
  instant const end = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

bool ticks_come() {
  return comes_within(20s, [] { return ticker::ticks().load() != 0; });
}
bool ticks_end() {
  return comes_within(20s, [] { return ticker::ticks().load() == 0; });
}

/// What a process of its own says, by its exit status; -1 where a signal ended it.
template <class What>
int in_a_child(What const& what) {
  pid_t const child = fork();
  if (child == 0) {
    alarm(60);
    _exit(what());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// The line of /proc/self/task/<ticker>/status that begins so; empty where there is no ticker.
std::string status_of_the_ticker(std::string const& line_begins) {
  for (auto const& task : std::filesystem::directory_iterator{"/proc/self/task"}) {
    std::string name;
    std::getline(std::ifstream{task.path() / "comm"}, name);
    if (name != "holdfast-ticks") continue;
    std::ifstream status{task.path() / "status"};
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with(line_begins)) return line;
    }
  }
  return {};
}

guard ticking_guard() {
  return guard{"ticking", attempt_timeout{2s},
               breaker{.failure_rate = 0.5, .window = last_span(150ms, 1)}};
}

TEST(RealTicker, NeedMakesItPublishTheTime) {
  ticker::need(10ms);

  ASSERT_TRUE(ticks_come());
  std::uint64_t const first = ticker::ticks().load();
  EXPECT_TRUE(comes_within(20s, [&] {
    ticker::need(10ms);
    return ticker::ticks().load() > first;
  }));
  EXPECT_LE(ticker::ticks().load(), tick_of_instant(std::chrono::steady_clock::now()));
}

TEST(RealTicker, ItSleepsWhenNobodyNeedsItAndWakesOnNeed) {
  for (int i = 0; i < 2; ++i) {
    ticker::need(10ms);
    ASSERT_TRUE(ticks_come());
    instant const last_needed = std::chrono::steady_clock::now();

    ASSERT_TRUE(ticks_end());
    EXPECT_GE(std::chrono::steady_clock::now() - last_needed, 900ms) << "not at once";
  }
}

TEST(RealTicker, AGuardOfTimeWindowsStartsItAndKeepsItAwake) {
  guard const ticking = ticking_guard();
  instant const end = std::chrono::steady_clock::now() + 2500ms;
  int unticked = 0;
  int calls = 0;
  ticking([](attempt const&) {});
  ASSERT_TRUE(ticks_come());

  while (std::chrono::steady_clock::now() < end) {
    ticking([](attempt const&) {});
    ++calls;
    unticked += ticker::ticks().load() == 0 ? 1 : 0;
    std::this_thread::sleep_for(1ms);
  }

  EXPECT_LT(unticked, calls / 10) << "it may rest once a second for a moment";
}

TEST(RealTicker, NoSignalIsEverHandledByIt) {
  ticker::need(10ms);
  ASSERT_TRUE(ticks_come());

  std::string const line = status_of_the_ticker("SigBlk:");

  ASSERT_FALSE(line.empty());
  std::uint64_t const blocked = std::stoull(line.substr(line.find('\t') + 1), nullptr, 16);
  for (int number = 1; number <= SIGRTMAX; ++number) {
    bool const of_c_library = number >= 32 && number < SIGRTMIN;
    if (number == SIGKILL || number == SIGSTOP || of_c_library) continue;
    EXPECT_NE(blocked >> static_cast<unsigned>(number - 1) & 1U, 0U) << "signal " << number;
  }
}

TEST(RealTicker, AForkedChildStartsOneOfItsOwn) {
  ticker::need(10ms);
  ASSERT_TRUE(ticks_come());

  int const answer = in_a_child([] {
    if (ticker::ticks().load() != 0) return 1;
    guard const ticking = ticking_guard();
    ticking([](attempt const&) {});
    return ticks_come() ? 0 : 2;
  });

  EXPECT_EQ(answer, 0);
}

TEST(RealTicker, AChildMayBeginAnotherProgram) {
  guard const ticking = ticking_guard();
  ticking([](attempt const&) {});
  ASSERT_TRUE(ticks_come());

  int const answer = in_a_child([] {
    execl("/bin/true", "true", static_cast<char*>(nullptr));
    return 1;
  });

  EXPECT_EQ(answer, 0);
}

TEST(RealTicker, GuardedCallsMayStillBeMadeWhileTheProcessEnds) {
  int const answer = in_a_child([] {
    std::atexit([] {
      guard const late = ticking_guard();
      late([](attempt const&) {});
    });
    std::thread{[] {
      guard const early = ticking_guard();
      for (;;) early([](attempt const&) {});
    }}.detach();
    std::this_thread::sleep_for(20ms);
    std::exit(0);
    return 1;
  });

  EXPECT_EQ(answer, 0);
}

TEST(RealTicker, ACallThatHangsOpensTheCircuit) {
  guard const hanging{"hanging", breaker{.slow_call = 200ms, .max_hanging = 1}};
  std::atomic<bool> done = false;
  std::jthread stuck{[&] {
    hanging([&] {
      while (!done) std::this_thread::sleep_for(1ms);
    });
  }};

  bool const opened = comes_within(20s, [&] { return hanging.state() == breaker_state::open; });
  done = true;

  EXPECT_TRUE(opened);
}

TEST(RealTicker, NobodyTakesTheLastTickForTheTimeWhileAListenerIsToldOfHangingCalls) {
  guard const watched{"watched",
                      breaker{.failure_threshold = 0, .slow_call = 100ms, .max_hanging = 1}};
  std::atomic<int> ticks_while_told{-1};
  watched.on_event([&](event const& what) {
    if (what.changed == nullptr || ticks_while_told >= 0) return;
    ticks_while_told = ticker::ticks().load() == 0 ? 0 : 1;
  });
  std::atomic<bool> released{false};
  std::jthread const stuck{[&] { watched([&] { released.wait(false); }); }};

  EXPECT_TRUE(comes_within(20s, [&] { return ticks_while_told >= 0; }));
  released = true;
  released.notify_all();

  EXPECT_EQ(ticks_while_told, 0);
  EXPECT_TRUE(comes_within(20s, [] {
    ticker::need(10ms);
    return ticker::ticks().load() != 0;
  }));
}

}  // namespace
}  // namespace holdfast
