#include "holdfast/drive/gate.hpp"

#include "holdfast/drive/guard.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(Gate, ASuccessThatStartedBeforeATransitionIsNotCredited) {
  gate circuit{{.failure_threshold = 1}, {}, random_bits{1}};
  auto const started = circuit.word();

  circuit.record(gate::permit_of(started), verdict::failure, true, instant{});

  EXPECT_FALSE(circuit.credit_success(started));
  EXPECT_EQ(circuit.state(), breaker_state::open);
}

TEST(Gate, AStandingFailureSendsSuccessesThroughTheMachine) {
  gate circuit{{.failure_threshold = 2}, {}, random_bits{1}};
  auto const plain = circuit.word();
  circuit.record(gate::permit_of(plain), verdict::failure, true, instant{});

  EXPECT_FALSE(gate::is_plain(circuit.word()));
  circuit.record(gate::permit_of(plain), verdict::success, true, instant{});
  EXPECT_TRUE(gate::is_plain(circuit.word()));
}

TEST(Gate, CreditsOfManyThreadsAllReachTheBudget) {
  gate circuit{{}, {.capacity = 100'000, .per_second = 0, .per_call = 1}, random_bits{1}};
  for (int i = 0; i < 100'000; ++i) static_cast<void>(circuit.allow(core::call_now{}, instant{}));

  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(circuit.credit_success(circuit.word()));
      });
    }
  }

  EXPECT_EQ(circuit.budget_tokens(instant{}), 40'000);
}

TEST(Gate, ARetryBeyondTheOpenWaitIsStoppedBeforeItSleeps) {
  gate circuit{
      {.failure_threshold = 1, .recovery_timeout = 10s, .recovery_jitter = 0}, {}, random_bits{1}};
  circuit.record(gate::permit_of(circuit.word()), verdict::failure, true, instant{});

  EXPECT_EQ(circuit.allow(core::wait{instant{} + 9s}, instant{}),
            core::retry_step{core::stop{stop_reason::circuit_open}});
  EXPECT_EQ(circuit.allow(core::wait{instant{} + 10s}, instant{}),
            core::retry_step{core::wait{instant{} + 10s}});
}

// Threads call, fail, trip and probe one breaker at once; run under TSan by script/check-all.
TEST(Gate, ManyThreadsTripAndRecoverOneCircuitWithoutLosingAPlace) {
  guard const shared{"shared",
                     breaker{.failure_threshold = 3,
                             .recovery_timeout = 1ms,
                             .max_recovery_timeout = 2ms,
                             .recovery_jitter = 0},
                     budget{.capacity = off}};
  failure const down{.category = category::transient, .advice = advice::after_backoff};
  {
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        random_bits random{t};
        for (int i = 0; i < 20'000; ++i) {
          static_cast<void>(shared([&]() -> expected<int, failure> {
            if (random.uniform() < 0.3) return unexpected{down};
            return 1;
          }));
        }
      });
    }
  }

  // Whatever state it was left in, it must come back: no probe's place may have been lost.
  auto const healthy = [&] { return shared([]() -> expected<int, failure> { return 1; }); };
  auto const give_up = std::chrono::steady_clock::now() + 10s;
  while (shared.state() != breaker_state::closed && std::chrono::steady_clock::now() < give_up) {
    static_cast<void>(healthy());
  }
  EXPECT_EQ(shared.state(), breaker_state::closed);
  EXPECT_TRUE(healthy());
}

}  // namespace
}  // namespace holdfast
