#include "manage/circuit_member.hpp"

#include "holdfast/core/breaker_machine.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

breaker const nervous{.failure_threshold = 1,
                      .recovery_timeout = 10s,
                      .recovery_jitter = 0,
                      .half_open_max_calls = 2,
                      .success_threshold = 2,
                      .probe_timeout = 5s};

/// One process: a breaker and its part in the shared circuit.
class process {
 public:
  process(std::uint64_t number, instant now, breaker const& options = nervous)
      : self_{number, "this start"}, options_{options}, machine_{options_, random_bits{number}} {
    machine_.share(later(now, 24h), now);
  }

  /// Looks at what all have in common, and does what follows; whether anything was written.
  bool look(shared_circuit& common, instant now) {
    shared_circuit const before = common;
    auto const step = member_.decide(machine_.look_for_sharing(now), common, self_, now);
    if (step.adopted) machine_.adopt(*step.adopted, now);
    if (step.probes_until) machine_.allow_probes(*step.probes_until, now);
    member_.took(step, machine_.generation());
    return common != before;
  }

  /// A call that has ended at once.
  bool call(verdict outcome, instant now) {
    auto const asked = machine_.ask(now);
    if (asked.admitted) machine_.record(asked.pass, outcome, 1ms, now);
    return asked.admitted;
  }

  [[nodiscard]] breaker_state state() const { return machine_.state(); }
  core::breaker_machine& machine() { return machine_; }
  circuit_member& member() { return member_; }

 private:
  sharing_process self_;
  breaker options_;
  core::breaker_machine machine_;
  circuit_member member_;
};

/// Two processes that share a circuit.
struct pair_of_processes {
  instant now{100s};
  shared_circuit common{.operation = "page"};
  process a{1, now};
  process b{2, now};

  void look() {
    a.look(common, now);
    b.look(common, now);
  }
  void open_both() {
    look();
    a.call(verdict::failure, now);
    look();
  }
};

TEST(CircuitMember, ACircuitThatWasNeverOpenIsNotWrittenDown) {
  pair_of_processes p;

  EXPECT_FALSE(p.a.look(p.common, p.now));

  EXPECT_EQ(p.common, shared_circuit{.operation = "page"});
}

TEST(CircuitMember, WhatOneHasFoundOutTheOthersTakeOver) {
  pair_of_processes p;
  p.open_both();

  EXPECT_EQ(p.b.state(), breaker_state::open);
  EXPECT_EQ(p.b.machine().open_until(), p.now + 10s);
  p.a.machine().reset("by hand", p.now);
  p.look();

  EXPECT_EQ(p.b.state(), breaker_state::closed);
}

TEST(CircuitMember, AtTheEndOfTheWaitOneMayProbeAndTheOtherMayNot) {
  pair_of_processes p;
  p.open_both();
  p.now += 10s;
  EXPECT_FALSE(p.a.call(verdict::success, p.now));
  EXPECT_FALSE(p.b.call(verdict::success, p.now));
  p.look();

  EXPECT_EQ(p.a.state(), breaker_state::half_open);
  EXPECT_FALSE(p.b.call(verdict::success, p.now));
  EXPECT_TRUE(p.a.call(verdict::success, p.now));
  EXPECT_TRUE(p.a.call(verdict::success, p.now));
  p.look();

  EXPECT_EQ(p.b.state(), breaker_state::closed);
  EXPECT_LE(p.common.lease->ends, p.now + 5s) << "a third probe may run for so long";
}

TEST(CircuitMember, NobodyTakesALeaseForWhichNoCallIsThere) {
  pair_of_processes p;
  p.open_both();
  p.now += 11s;
  p.look();

  EXPECT_FALSE(p.common.lease);
}

TEST(CircuitMember, TheWaitGrowsWhoeverProbes) {
  pair_of_processes p;
  p.open_both();
  p.now += 10s;
  p.a.call(verdict::failure, p.now);
  p.look();
  EXPECT_TRUE(p.a.call(verdict::failure, p.now));
  p.look();
  EXPECT_EQ(p.b.machine().open_until(), p.now + 20s);
  p.now += 20s;
  p.b.call(verdict::failure, p.now);
  // A failed while another of its probes could have run: its lease stays to its end.
  p.now += 10s;
  p.look();
  EXPECT_TRUE(p.b.call(verdict::failure, p.now));
  p.look();
  p.look();

  EXPECT_EQ(p.a.machine().open_until(), p.now + 40s);
}

TEST(CircuitMember, ALeaseWhoseHolderIsGoneEndsAfterItsWindowAndTheProbeTimeout) {
  pair_of_processes p;
  p.open_both();
  p.now += 10s;
  p.a.call(verdict::success, p.now);
  p.a.look(p.common, p.now);
  // From here on A does nothing more.
  p.b.call(verdict::success, p.now);
  p.now += 6s;
  p.b.look(p.common, p.now);
  EXPECT_FALSE(p.b.call(verdict::success, p.now));
  p.now += 1s;
  p.b.look(p.common, p.now);

  EXPECT_TRUE(p.b.call(verdict::success, p.now));
}

TEST(CircuitMember, AHolderThatHasNoCallsGivesTheLeaseToWhoHas) {
  pair_of_processes p;
  p.open_both();
  p.now += 10s;
  p.a.call(verdict::success, p.now);
  p.look();
  int waited = 0;
  while (!p.b.call(verdict::success, p.now) && waited < 100) {
    p.now += 100ms;
    p.look();
    ++waited;
  }

  EXPECT_LE(waited, 35);
  EXPECT_FALSE(p.a.call(verdict::success, p.now));
}

TEST(CircuitMember, ProcessesWithRareCallsRecoverToo) {
  pair_of_processes p;
  p.open_both();
  // A call a minute in each, half a minute apart; a look a second.
  int seconds = 0;
  for (; seconds < 3600 && p.a.state() != breaker_state::closed; ++seconds) {
    p.now += 1s;
    if (seconds % 60 == 0) p.a.call(verdict::success, p.now);
    if (seconds % 60 == 30) p.b.call(verdict::success, p.now);
    p.look();
  }

  EXPECT_LE(seconds, 15 * 60);
}

TEST(CircuitMember, WhatIsOfAnotherStartOfTheHostIsVoid) {
  pair_of_processes p;
  p.common = {.operation = "page",
              .host_start = "an earlier start",
              .changes = 7,
              .open = true,
              .open_until = p.now + 1h,
              .lease = probe_lease{.holder = 9, .round = 7, .ends = p.now + 1h}};
  p.look();
  EXPECT_EQ(p.a.state(), breaker_state::closed);
  p.a.call(verdict::failure, p.now);
  p.look();

  EXPECT_GT(p.common.changes, 7U);
  EXPECT_FALSE(p.common.lease);
  EXPECT_EQ(p.b.state(), breaker_state::open);
}

TEST(CircuitMember, AStoreThatHasForgottenTheCircuitIsToldAgainAndGivesNoSecondLease) {
  pair_of_processes p;
  p.open_both();
  p.now += 10s;
  p.a.call(verdict::success, p.now);
  p.look();
  ASSERT_EQ(p.a.state(), breaker_state::half_open);
  p.common = {.operation = "page"};
  p.b.call(verdict::success, p.now);
  p.b.look(p.common, p.now);

  EXPECT_TRUE(p.common.open);
  EXPECT_FALSE(p.b.call(verdict::success, p.now));
  p.now += 66s;
  p.b.call(verdict::success, p.now);
  p.b.look(p.common, p.now);
  EXPECT_TRUE(p.b.call(verdict::success, p.now));
}

TEST(CircuitMember, AnOverrideTakesNoPartAndAfterItWhatOthersKnowIsTakenOver) {
  pair_of_processes p;
  p.look();
  p.b.machine().force(breaker_state::disabled, "migration", never_reached, p.now);
  p.open_both();
  EXPECT_EQ(p.b.state(), breaker_state::disabled);
  EXPECT_TRUE(p.common.open);
  p.b.machine().reset("done", p.now);
  p.look();

  EXPECT_EQ(p.b.state(), breaker_state::open);
}

TEST(CircuitMember, WhatIsClosedByHandIsClosedForAll) {
  pair_of_processes p;
  p.open_both();
  p.b.machine().force(breaker_state::disabled, "migration", never_reached, p.now);
  p.look();
  p.b.machine().reset("done", p.now);
  p.b.member().insist(true);
  p.look();
  p.look();

  EXPECT_EQ(p.a.state(), breaker_state::closed);
  EXPECT_EQ(p.b.state(), breaker_state::closed);
}

TEST(CircuitMember, AForcedStateIsOneForAllAndIsProbedAtItsEnd) {
  pair_of_processes p;
  p.look();
  p.a.machine().force(breaker_state::forced_open, "migration", p.now + 30s, p.now);
  p.look();
  EXPECT_EQ(p.b.state(), breaker_state::open);
  EXPECT_EQ(p.b.machine().open_until(), p.now + 30s);
  p.now += 30s;
  EXPECT_FALSE(p.a.call(verdict::success, p.now));
  p.look();
  p.look();
  p.a.call(verdict::success, p.now);
  p.look();

  EXPECT_TRUE(p.a.call(verdict::success, p.now));
}

TEST(CircuitMember, AForcedStateThatIsOverInAProcessWithoutCallsOpensNothingAnew) {
  pair_of_processes p;
  p.look();
  for (process* each : {&p.a, &p.b}) {
    each->machine().force(breaker_state::forced_open, "migration", p.now + 30s, p.now);
  }
  p.look();
  p.now += 30s;
  for (int i = 0; i < 10; ++i) {
    p.b.call(verdict::success, p.now);
    p.look();
    p.now += 100ms;
  }

  EXPECT_EQ(p.b.state(), breaker_state::closed);
  EXPECT_EQ(p.a.state(), breaker_state::closed);
}

TEST(CircuitMember, AnOrderToOpenWithALaterEndHoldsForAllAlsoWhereTheCircuitIsOpen) {
  pair_of_processes p;
  p.open_both();
  p.a.machine().force(breaker_state::forced_open, "migration", p.now + 1h, p.now);
  p.look();

  EXPECT_EQ(p.b.machine().open_until(), p.now + 1h);
}

TEST(CircuitMember, TheLeaseOfAnotherStaysWhoeverClosesTheCircuit) {
  pair_of_processes p;
  p.open_both();
  p.now += 10s;
  p.a.call(verdict::success, p.now);
  p.look();
  p.b.machine().reset("by hand", p.now);
  p.b.member().insist(true);
  p.b.look(p.common, p.now);

  EXPECT_FALSE(p.common.open);
  EXPECT_TRUE(p.common.lease) << "a probe of A may run";
}

TEST(CircuitMember, ALongerWaitThanTheOwnOptionsAllowIsNotWaitedFor) {
  pair_of_processes p;
  breaker patient = nervous;
  patient.recovery_timeout = patient.max_recovery_timeout = 24h;
  process slow{3, p.now, patient};
  slow.look(p.common, p.now);
  slow.call(verdict::failure, p.now);
  slow.look(p.common, p.now);
  p.look();
  p.now += nervous.max_recovery_timeout;
  p.b.call(verdict::success, p.now);
  p.look();

  EXPECT_TRUE(p.b.call(verdict::success, p.now));
}

TEST(CircuitMember, ManyProcessesWithRareCallsRecoverToo) {
  instant now{100s};
  shared_circuit common{.operation = "page"};
  std::vector<std::unique_ptr<process>> all;
  for (std::uint64_t i = 0; i < 20; ++i) all.push_back(std::make_unique<process>(i + 1, now));
  all[0]->look(common, now);
  all[0]->call(verdict::failure, now);
  // A call every 20 s in each, one second apart; a look a second.
  int seconds = 0;
  auto const is_closed = [](auto const& each) { return each->state() == breaker_state::closed; };
  for (; seconds < 3600 && (seconds < 20 || !std::ranges::all_of(all, is_closed)); ++seconds) {
    now += 1s;
    all[static_cast<std::size_t>(seconds % 20)]->call(verdict::success, now);
    for (auto const& each : all) each->look(common, now);
  }

  EXPECT_LE(seconds, 10 * 60);
}

TEST(CircuitMember, ALeaseOfAnEarlierRoundStaysWhileAProbeOfThatRoundMayRun) {
  breaker lone = nervous;
  lone.half_open_max_calls = lone.success_threshold = 1;
  lone.recovery_timeout = 1s;
  instant now{100s};
  shared_circuit common{.operation = "page"};
  process a{1, now, lone};
  process b{2, now, lone};
  a.look(common, now);
  a.call(verdict::failure, now);
  a.look(common, now);
  now += 1s;
  a.call(verdict::success, now);
  a.look(common, now);
  ASSERT_TRUE(a.machine().ask(now).admitted);  // a probe that hangs
  b.machine().reset("by hand", now);
  b.member().insist(true);
  b.look(common, now);
  a.look(common, now);
  a.call(verdict::failure, now);
  a.look(common, now);
  b.look(common, now);
  now += 2s;
  b.call(verdict::success, now);
  b.look(common, now);

  EXPECT_FALSE(b.call(verdict::success, now));
}

TEST(CircuitMember, AnOrderToCloseIsNotUndoneByAProcessThatHasNotObeyedYet) {
  pair_of_processes p;
  p.look();
  p.a.machine().force(breaker_state::forced_open, "migration", never_reached, p.now);
  p.look();
  p.b.member().insist(true);
  p.b.machine().reset("done", p.now);
  p.b.look(p.common, p.now);
  p.a.look(p.common, p.now);
  p.b.look(p.common, p.now);

  EXPECT_EQ(p.b.state(), breaker_state::closed);
  p.a.member().insist(true);
  p.a.machine().reset("done", p.now);
  p.look();
  EXPECT_EQ(p.a.state(), breaker_state::closed);
  EXPECT_FALSE(p.common.open);
}

TEST(CircuitMember, AnOrderToCloseEndsAWaitWithoutEndAlsoWhereTheCircuitOpensAtOnce) {
  pair_of_processes p;
  p.look();
  p.a.machine().force(breaker_state::forced_open, "migration", never_reached, p.now);
  p.look();
  p.a.member().insist(true);
  p.a.machine().reset("done", p.now);
  p.a.call(verdict::failure, p.now);
  p.look();

  EXPECT_EQ(p.common.open_until, p.now + 10s);
  EXPECT_EQ(p.b.machine().open_until(), p.now + 10s);
}

TEST(CircuitMember, AnEndThatAnOperatorWantsIsWaitedForAlsoBeyondTheLongestWait) {
  pair_of_processes p;
  p.look();
  p.a.machine().force(breaker_state::forced_open, "migration", p.now + 24h, p.now);
  p.look();
  p.b.machine().reconfigure(nervous, p.now);  // holds its end to its longest wait
  p.now += nervous.max_recovery_timeout;
  p.b.call(verdict::success, p.now);
  p.look();

  EXPECT_FALSE(p.b.call(verdict::success, p.now));
}

/// A host whose processes are killed, and look and call whenever they like. Probes last.
class busy_host {
 public:
  static constexpr std::size_t size = 5;

  explicit busy_host(breaker const& options) : options_{options} {
    for (std::size_t i = 0; i < size; ++i) start(i);
  }

  void look(std::size_t i) { processes_[i]->look(common_, now_); }
  void kill(std::size_t i) { start(i); }
  void close_by_hand(std::size_t i) {
    processes_[i]->member().insist(true);
    processes_[i]->machine().reset("by hand", now_);
  }
  void pass(duration by) { now_ += by; }

  /// Begins a call; one that is no probe ends at once.
  void call(std::size_t i, verdict outcome) {
    auto& machine = processes_[i]->machine();
    auto const asked = machine.ask(now_);
    if (!asked.admitted) return;
    if (machine.state() == breaker_state::half_open) {
      probes_.push_back({i, asked.pass, now_ + options_.probe_timeout});
    } else {
      machine.record(asked.pass, outcome, 1ms, now_);
    }
  }
  void end_probe(std::size_t which, verdict outcome) {
    if (probes_.empty()) return;
    auto const at = probes_.begin() + static_cast<std::ptrdiff_t>(which % probes_.size());
    processes_[at->of]->machine().record(at->pass, outcome, 1ms, now_);
    probes_.erase(at);
  }

  /// Probes that run and have not run out of time, in all processes.
  [[nodiscard]] int probes_running() const {
    return static_cast<int>(
        std::ranges::count_if(probes_, [&](probe const& each) { return each.times_out > now_; }));
  }
  [[nodiscard]] bool is_all(breaker_state state) const {
    return std::ranges::all_of(processes_,
                               [&](auto const& each) { return each->state() == state; });
  }

 private:
  struct probe {
    std::size_t of;
    core::permit pass;
    instant times_out;
  };

  void start(std::size_t i) {
    processes_[i] = std::make_unique<process>(++started_, now_, options_);
    processes_[i]->look(common_, now_);
    std::erase_if(probes_, [&](probe const& each) { return each.of == i; });
  }

  breaker options_;
  instant now_{1000s};
  shared_circuit common_{.operation = "page"};
  std::array<std::unique_ptr<process>, size> processes_;
  std::vector<probe> probes_;
  std::uint64_t started_ = 0;
};

RC_GTEST_PROP(CircuitMember, NeverDoMoreProbesRunOnAHostThanOneProcessMayRun, ()) {
  breaker options = nervous;
  options.half_open_max_calls = *rc::gen::inRange(1, 4);
  options.success_threshold = *rc::gen::inRange(1, 4);
  options.recovery_timeout = *rc::gen::element<duration>(100ms, 3s);
  busy_host host{options};
  auto const process = [] { return *rc::gen::inRange<std::size_t>(0, busy_host::size); };
  int const steps = *rc::gen::inRange(50, 600);
  for (int step = 0; step < steps; ++step) {
    bool const fails = *rc::gen::inRange(0, 3) == 0;
    verdict const outcome = fails ? verdict::failure : verdict::success;
    switch (*rc::gen::inRange(-1, 10)) {
      case -1: host.close_by_hand(process()); break;
      case 0: host.kill(process()); break;
      case 1:
      case 2: host.pass(*rc::gen::element<duration>(1ms, 100ms, 1s, 2s, 3s)); break;
      case 3:
      case 4: host.end_probe(*rc::gen::inRange<std::size_t>(0, 100), outcome); break;
      case 5:
      case 6:
      case 7: host.call(process(), outcome); break;
      default: host.look(process());
    }
    RC_ASSERT(host.probes_running() <= options.half_open_max_calls);
  }
  // And whatever has happened: once the dependency answers, all recover.
  for (int tenth = 0; tenth < 3000 && !host.is_all(breaker_state::closed); ++tenth) {
    host.pass(100ms);
    for (std::size_t i = 0; i < busy_host::size; ++i) {
      host.call(i, verdict::success);
      host.end_probe(0, verdict::success);
      host.look(i);
    }
  }
  RC_ASSERT(host.is_all(breaker_state::closed));
}

}  // namespace
}  // namespace holdfast
