#include "holdfast/drive/thread_block.hpp"

#include "drive/played_gate.hpp"

#include <barrier>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <pthread.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

breaker rate_over(int calls) {
  return {.failure_threshold = 0, .failure_rate = 0.5, .window = last_calls(calls)};
}

thread_block* block_of_a_new_thread() {
  thread_block* seen = nullptr;
  std::thread{[&] { seen = &joined_thread_block(); }}.join();
  return seen;
}

std::size_t blocks_of_the_process() {
  std::size_t count = 0;
  for (auto const* each = first_thread_block(); each != nullptr; each = each->next) ++count;
  return count;
}

TEST(ThreadBlock, AThreadThatEndsHandsItsBlockOn) {
  thread_block* const first = block_of_a_new_thread();
  thread_block* const second = block_of_a_new_thread();

  EXPECT_EQ(first, second);
}

TEST(ThreadBlock, ThreadsThatLiveAtTheSameTimeHaveBlocksOfTheirOwn) {
  constexpr int count = 40;
  std::barrier all_joined{count};
  std::array<thread_block*, count> seen{};
  std::vector<std::jthread> threads;
  threads.reserve(count);
  for (auto& place : seen) {
    threads.emplace_back([&] {
      place = &joined_thread_block();
      all_joined.arrive_and_wait();
    });
  }
  threads.clear();

  EXPECT_EQ((std::set<thread_block*>{seen.begin(), seen.end()}.size()), seen.size());
}

TEST(ThreadBlock, ManyThreadsOneAfterAnotherNeedNoMoreBlocksThanOne) {
  static_cast<void>(block_of_a_new_thread());
  std::size_t const before = blocks_of_the_process();

  for (int i = 0; i < 50; ++i) static_cast<void>(block_of_a_new_thread());

  EXPECT_EQ(blocks_of_the_process(), before);
}

TEST(ThreadBlock, CountsThatNobodyHasTakenSurviveTheirThread) {
  played_gate played{{.breaker = rate_over(100)}};

  std::thread{[&] { played.succeed(11); }}.join();
  EXPECT_EQ(played.gate().successes(), 11U) << "before they are taken";
  EXPECT_EQ(played.stats().calls, 11U);
  std::thread{[&] { played.succeed(7); }}.join();

  EXPECT_EQ(played.stats().calls, 18U);
}

TEST(ThreadBlock, AThreadThatIsCancelledInAGuardedCallLeavesNoFrameBehind) {
  thread_block* used = nullptr;
  manual_time time;
  operation guarded{{.name = "left", .surroundings{.time = &time, .seed = 1}}};
  std::thread{[&] {
    used = &joined_thread_block();
    used->enter(0, guarded.gate(), 1, call_context{});
  }}.join();

  EXPECT_EQ(used->depth(), 0U);
}

// A destructor of a key that runs after the one that gave the block back.
TEST(ThreadBlock, AGuardedCallAfterTheBlockWasGivenBackTakesOneAgain) {
  static played_gate* shown = nullptr;  // NOLINT(*-avoid-non-const-global-variables)
  played_gate played{{.breaker = rate_over(100)}};
  shown = &played;
  pthread_key_t late{};
  ASSERT_EQ(pthread_key_create(&late, [](void*) { shown->succeed(3); }), 0);

  std::thread{[&] {
    played.succeed();
    pthread_setspecific(late, &late);
  }}.join();
  pthread_key_delete(late);

  EXPECT_EQ(played.stats().calls, 4U);
  EXPECT_EQ(this_thread_block == &no_thread_block.block ? 0U : this_thread_block->depth(), 0U);
}

TEST(GateNumber, NoTwoGatesThatLiveShareOne) {
  std::set<std::uint32_t> seen;
  std::vector<std::unique_ptr<played_gate>> all;
  for (int i = 0; i < 300; ++i) {
    all.push_back(std::make_unique<played_gate>(operation_options{}));
    seen.insert(all.back()->gate().number());
  }

  EXPECT_EQ(seen.size(), all.size());
}

TEST(GateNumber, ANumberUsedAgainStartsAtAGenerationThatItNeverHad) {
  gate_number const first = take_gate_number();
  give_back_gate_number({first.number, first.generation + 5});

  gate_number const again = take_gate_number();

  EXPECT_EQ(again.number, first.number);
  EXPECT_EQ(again.generation, first.generation + 6);
  give_back_gate_number(again);
}

TEST(GateNumber, AGateOfAUsedNumberNeverSeesTheCountsOfTheOneBefore) {
  auto const make = [] {
    return std::make_unique<played_gate>(operation_options{.breaker = rate_over(100)});
  };
  auto first = make();
  std::uint32_t const number = first->gate().number();
  first->succeed(5);
  ASSERT_EQ(first->gate().successes(), 5U);
  first.reset();

  auto const second = make();
  ASSERT_EQ(second->gate().number(), number);
  EXPECT_EQ(second->gate().successes(), 0U);
  EXPECT_EQ(second->gate().refusals(), 0U);
  second->succeed();
  EXPECT_EQ(second->stats().calls, 1U);
}

// The flags of this gate's word are all zero; so are, once in 2^20 generations, its other bits.
TEST(GateNumber, AGenerationWhoseBitsAreAllZeroStillAdmitsCalls) {
  constexpr std::uint64_t whole_turn = std::uint64_t{1} << 20U;
  gate_number const taken = take_gate_number();
  give_back_gate_number({taken.number, whole_turn - 1});
  played_gate played{
      {.breaker{.failure_threshold = 3, .recovery_jitter = 0}, .nesting = nesting::untracked}};
  ASSERT_EQ(played.gate().number(), taken.number);

  EXPECT_TRUE(open_call{played.guarded()}.admitted());
  played.succeed(3);
  played.fail(3);

  EXPECT_EQ(played.state(), breaker_state::open);
}

TEST(GateNumber, WhereAllAreTakenAGateCountsUnderItsLock) {
  std::vector<gate_number> taken;
  taken.reserve(no_gate_number);
  for (;;) {
    taken.push_back(take_gate_number());
    if (taken.back().number == no_gate_number) break;
  }
  taken.pop_back();
  {
    played_gate played{{.breaker{.failure_threshold = 3,
                                 .failure_rate = 0.5,
                                 .window = last_calls(100),
                                 .recovery_timeout = 1s,
                                 .recovery_jitter = 0}}};
    played_gate other{{.breaker = rate_over(100)}};
    ASSERT_EQ(played.gate().number(), no_gate_number);

    played.succeed(11);
    std::thread{[&] { played.succeed(7); }}.join();
    other.succeed(2);

    EXPECT_EQ(played.stats().calls, 18U);
    EXPECT_EQ(other.stats().calls, 2U);
    EXPECT_EQ(played.gate().successes(), 18U);
    played.fail(3);
    EXPECT_EQ(played.state(), breaker_state::open);
    EXPECT_FALSE(open_call{played.guarded()}.admitted());
  }
  for (gate_number const& each : taken) give_back_gate_number(each);
}

}  // namespace
}  // namespace holdfast
