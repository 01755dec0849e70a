// Calls that hang, on a clock that moves when told. Each hanging call is a thread at a latch.
#include "drive/played_gate.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/shared_operation.hpp"
#include "holdfast/drive/tick_listeners.hpp"

#include <atomic>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

breaker trips_on_hanging(int calls) {
  return {.failure_threshold = 0,
          .slow_call = 1s,
          .max_hanging = calls,
          .recovery_timeout = 30s,
          .recovery_jitter = 0};
}

/// A thread in a guarded call that goes on until it is released.
class hanging_call {
 public:
  explicit hanging_call(operation& guarded)
      : thread_{[this, &guarded] {
          open_call call{guarded};
          inside_.count_down();
          released_.wait();
          call.succeed();
        }} {
    inside_.wait();
  }
  hanging_call(hanging_call const&) = delete;
  hanging_call& operator=(hanging_call const&) = delete;
  ~hanging_call() { release(); }

  void release() {
    if (!thread_.joinable()) return;
    released_.count_down();
    thread_.join();
  }

 private:
  std::latch inside_{1};
  std::latch released_{1};
  std::thread thread_;
};

/// Keeps the changes of state that it is told of.
std::shared_ptr<event_sink> keep_in(std::vector<transition>& told) {
  struct keeper final : event_sink {
    explicit keeper(std::vector<transition>& to) : told{to} {}
    void on_event(event const& what) override {
      if (what.changed != nullptr) told.push_back(*what.changed);
    }
    std::vector<transition>& told;
  };
  return std::make_shared<keeper>(told);
}

TEST(HangingCalls, TwoLooksMustFindThem) {
  played_gate played{{.breaker = trips_on_hanging(1)}};
  hanging_call const stuck{played.guarded()};

  played.time().advance(1s - 1ns);
  EXPECT_EQ(played.stats().hanging, 0) << "not yet as long as slow_call";
  played.time().advance(1ns);
  EXPECT_EQ(played.stats().hanging, 0) << "one look may have been deceived";
  EXPECT_EQ(played.state(), breaker_state::closed);

  played.time().advance(10ms);
  EXPECT_EQ(played.state(), breaker_state::open);
}

TEST(HangingCalls, TheReasonHasTheirNumber) {
  played_gate played{{.breaker = trips_on_hanging(2)}};
  std::vector<transition> told;
  played.guarded().listen(keep_in(told));
  hanging_call const one{played.guarded()};
  hanging_call const another{played.guarded()};

  played.time().advance(1s);
  played.time().advance(10ms);

  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].reason, transition_reason::hanging_calls);
  EXPECT_EQ(told[0].from, breaker_state::closed);
  EXPECT_EQ(told[0].to, breaker_state::open);
  EXPECT_EQ(told[0].count, 2);
  EXPECT_EQ(told[0].threshold, 2);
}

TEST(HangingCalls, FewerThanTheLimitAreShownAndDoNotTrip) {
  played_gate played{{.breaker = trips_on_hanging(3)}};
  hanging_call const one{played.guarded()};
  hanging_call const another{played.guarded()};

  for (int i = 0; i < 5; ++i) played.time().advance(1s);

  EXPECT_EQ(played.stats().hanging, 2);
  EXPECT_EQ(played.state(), breaker_state::closed);
}

TEST(HangingCalls, ReleasedOnesAreForgotten) {
  played_gate played{{.breaker = trips_on_hanging(2)}};
  hanging_call one{played.guarded()};
  for (int i = 0; i < 3; ++i) played.time().advance(1s);
  ASSERT_EQ(played.stats().hanging, 1);

  one.release();
  hanging_call const another{played.guarded()};
  played.time().advance(10ms);

  EXPECT_EQ(played.stats().hanging, 0);
  EXPECT_EQ(played.state(), breaker_state::closed) << "they did not hang at once";
}

TEST(HangingCalls, ALookBetweenShortCallsFindsNothing) {
  played_gate played{{.breaker = trips_on_hanging(1)}};

  for (int i = 0; i < 20; ++i) {
    open_call running{played.guarded()};
    played.time().advance(900ms);
    running.succeed();
  }

  EXPECT_EQ(played.stats().hanging, 0);
  EXPECT_EQ(played.state(), breaker_state::closed);
}

TEST(HangingCalls, CallsOfAnEarlierStateDoNotCountAgain) {
  played_gate played{{.breaker = trips_on_hanging(1)}};
  hanging_call const stuck{played.guarded()};
  played.time().advance(1s);
  played.time().advance(10ms);
  ASSERT_EQ(played.state(), breaker_state::open);

  played.reset();
  for (int i = 0; i < 5; ++i) played.time().advance(1s);

  EXPECT_EQ(played.state(), breaker_state::closed);
  EXPECT_EQ(played.stats().hanging, 0);
}

TEST(HangingCalls, OfNestedCallsEachIsFoundForItsOwnGuard) {
  manual_time time;
  auto const made = [&](char const* name, int limit) {
    return operation_options{
        .name = name, .breaker = trips_on_hanging(limit), .surroundings{.time = &time, .seed = 1}};
  };
  operation outer{made("outer", 1)};
  operation inner{made("inner", 1)};
  operation other{made("other", 1)};
  std::latch inside{1};
  std::latch released{1};
  std::jthread stuck{[&] {
    open_call outside{outer};
    time.advance(600ms);
    open_call within{inner};
    inside.count_down();
    released.wait();
    within.succeed();
    outside.succeed();
  }};
  inside.wait();

  time.advance(500ms);
  time.advance(10ms);
  EXPECT_EQ(outer.gate().state(), breaker_state::open) << "it runs for 1.11 s";
  EXPECT_EQ(inner.gate().state(), breaker_state::closed) << "for 0.51 s";
  time.advance(500ms);
  time.advance(10ms);
  EXPECT_EQ(inner.gate().state(), breaker_state::open);
  EXPECT_EQ(other.gate().state(), breaker_state::closed) << "nobody called it";
  released.count_down();
}

TEST(HangingCalls, ACallThatIsRetriedHangsFromItsPresentAttemptOn) {
  played_gate played{{.retry{.max_attempts = 2, .initial_delay = 900ms, .jitter = jitter::none},
                      .breaker = trips_on_hanging(1)}};
  blocking_call progress;
  entry here = progress.begin(played.guarded(), played.guarded().gate().word(), nullptr, true);
  played.time().advance(900ms);
  failure const again{.category = category::transient, .advice = advice::after_backoff};

  here = progress.again_after(played.guarded(), again, here);
  ASSERT_NE(here.word, 0U);
  played.time().advance(900ms);
  played.time().advance(10ms);
  EXPECT_EQ(played.state(), breaker_state::closed) << "2.7 s in all, 0.91 s of this attempt";
  progress.succeeded(played.guarded(), here);

  EXPECT_EQ(joined_thread_block().depth(), 0U);
}

TEST(HangingCalls, TheirEventIsToldOutsideAllLocks) {
  manual_time time;
  guard const watched{"watched", trips_on_hanging(1), surroundings{.time = &time, .seed = 1}};
  int told = 0;
  watched.on_event([&](event const& what) {
    if (what.changed == nullptr) return;
    ++told;
    guard const made{"made", trips_on_hanging(1), surroundings{.time = &time, .seed = 1}};
    made([] {});
    EXPECT_EQ(watched.state(), breaker_state::open);
    EXPECT_THROW(watched([] {}), rejected);
  });
  std::latch inside{1};
  std::latch released{1};
  std::jthread stuck{[&] {
    watched([&] {
      inside.count_down();
      released.wait();
    });
  }};
  inside.wait();

  time.advance(1s);
  time.advance(10ms);
  released.count_down();

  EXPECT_EQ(told, 1);
}

TEST(HangingCalls, AListenerMayLetGoOfTheLastHandle) {
  manual_time time;
  shared_operation held{operation_options{
      .name = "held", .breaker = trips_on_hanging(1), .surroundings{.time = &time, .seed = 1}}};
  struct letting_go final : event_sink {
    explicit letting_go(shared_operation& to) : held{to} {}
    void on_event(event const&) override { held = {}; }
    shared_operation& held;
  };
  // A vanished call: a thread that was cancelled would leave such a frame for a moment.
  joined_thread_block().enter(0, held->gate(), tick_of_instant(time.now()), call_context{});
  auto listener = std::make_shared<letting_go>(held);
  std::weak_ptr<letting_go> const alive = listener;
  held->listen(std::move(listener));

  time.advance(1s);
  time.advance(10ms);
  this_thread_block->leave_to(0);

  time.advance(1s);
  EXPECT_TRUE(alive.expired()) << "the operation ended with its last handle, after the telling";
}

TEST(HangingCalls, GuardsAreDestroyedWhileLooksRun) {
  manual_time time;
  std::atomic<bool> done = false;
  std::jthread looking{[&] {
    while (!done) time.advance(400ms);
  }};

  for (int i = 0; i < 60; ++i) {
    guard const brief{"brief", trips_on_hanging(1), surroundings{.time = &time, .seed = 1}};
    std::latch asked{1};
    std::jthread caller{[&] {
      static_cast<void>(brief([&]() -> expected<int, failure> {
        asked.count_down();
        return 1;
      }));
    }};
    asked.wait();
  }
  done = true;
}

TEST(HangingCalls, TwoThreadsThatMoveTheClockTellEachChangeOnce) {
  manual_time time;
  constexpr int guards = 8;
  std::vector<std::unique_ptr<operation>> all;
  std::atomic<int> told = 0;
  struct counter final : event_sink {
    explicit counter(std::atomic<int>& to) : told{to} {}
    void on_event(event const& what) override { told += what.changed != nullptr ? 1 : 0; }
    std::atomic<int>& told;
  };
  for (int i = 0; i < guards; ++i) {
    all.push_back(std::make_unique<operation>(operation_options{
        .name = "one", .breaker = trips_on_hanging(1), .surroundings{.time = &time, .seed = 1}}));
    all.back()->listen(std::make_shared<counter>(told));
  }
  constexpr int rounds = 50;
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::unique_ptr<hanging_call>> stuck;
    stuck.reserve(guards);
    for (auto const& each : all) stuck.push_back(std::make_unique<hanging_call>(*each));
    {
      std::jthread one{[&] { time.advance(1s), time.advance(10ms); }};
      std::jthread another{[&] { time.advance(1s), time.advance(10ms); }};
    }
    for (auto const& each : all) EXPECT_EQ(each->gate().state(), breaker_state::open);
    stuck.clear();
    for (auto const& each : all) {
      changes changed;
      each->gate().reset("again", time.now(), changed);
    }
    time.advance(1s);
  }

  EXPECT_EQ(told, guards * rounds);
}

/// A clock whose ticks come when they are told to, so that they lag behind it.
class lagging_time final : public timekeeper {
 public:
  instant now() noexcept override { return now_; }
  bool sleep_until(instant until, std::stop_token const& /*stop*/) override {
    now_ = until;
    told_.emplace_back("sleep");
    return true;
  }
  tick_source const& ticks() noexcept override { return ticks_; }
  void need_ticks(duration /*length*/) noexcept override { told_.emplace_back("need"); }
  void add(tick_listener& listener) override { listeners_.add(listener); }
  void remove(tick_listener& listener) noexcept override { listeners_.remove(listener); }

  void advance(duration by) { now_ += by; }
  void tick() {
    ticks_ = tick_of_instant(now_);
    tick_listeners::tell(listeners_.look_at(now_).to_tell);
  }
  [[nodiscard]] std::vector<std::string> const& told() const noexcept { return told_; }

 private:
  instant now_{1h};
  tick_source ticks_{tick_of_instant(instant{1h})};
  tick_listeners listeners_;
  std::vector<std::string> told_;
};

TEST(HangingCalls, ThoseThatBeginInTheTickInWhichTheCircuitClosesAreFound) {
  lagging_time time;
  operation guarded{
      {.name = "lookup", .breaker = trips_on_hanging(1), .surroundings{.time = &time, .seed = 1}}};
  time.tick();
  time.advance(50ms);
  changes changed;
  guarded.gate().reset("by the test", time.now(), changed);  // closed since half a tick

  hanging_call const stuck{guarded};
  for (int i = 0; i < 30; ++i) {
    time.advance(100ms);
    time.tick();
  }

  EXPECT_EQ(guarded.gate().state(), breaker_state::open);
}

TEST(HangingCalls, TicksAreAskedForAgainAfterThePauseBeforeARetry) {
  lagging_time time;
  guard const lookup{"lookup", retry{.max_attempts = 2, .jitter = jitter::none},
                     trips_on_hanging(1), surroundings{.time = &time, .seed = 1}};
  std::size_t before_the_retry = 0;

  static_cast<void>(lookup([&](attempt const& a) -> expected<int, failure> {
    if (a.number() == 2) before_the_retry = time.told().size();
    return unexpected{failure{.category = category::transient, .advice = advice::after_backoff}};
  }));

  ASSERT_GT(before_the_retry, 0U);
  EXPECT_EQ(time.told()[before_the_retry - 1], "need") << "the ticker may sleep after a second";
}

}  // namespace
}  // namespace holdfast
