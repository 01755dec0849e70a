#include "with_server.hpp"

#include <atomic>
#include <future>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;

std::string backend_of(postgres::lease const& held) {
  auto const id = held->read("SELECT pg_backend_pid()");
  return id ? std::string{id->text(0, 0)} : describe(id.error());
}

class PostgresPool : public with_server {
 protected:
  [[nodiscard]] static postgres::pool pool(postgres::pool_options options = {}) {
    options.server.conninfo = server->conninfo();
    return postgres::pool{options};
  }
  /// The backends of `count` sessions that were borrowed at once, in the order of their return.
  static std::vector<std::string> filled(postgres::pool const& pool, std::size_t count) {
    std::vector<postgres::lease> held;
    std::vector<std::string> backends;
    for (std::size_t each = 0; each < count; ++each) {
      auto lease = pool.borrow();
      EXPECT_TRUE(lease) << describe(lease.error());
      held.push_back(std::move(*lease));
      backends.push_back(backend_of(held.back()));
    }
    for (auto& each : held) auto const ended = std::move(each);
    return backends;
  }
  static void terminate(std::string const& backend) {
    server->ask("SELECT pg_terminate_backend(" + backend + ", 5000)");
  }
};

TEST_F(PostgresPool, OpensNothingBeforeItIsAsked) {
  EXPECT_EQ(pool().stats().opened, 0U);
  EXPECT_TRUE(postgres::pool{{.server = {.conninfo = "no connection string"}}}.stats().idle == 0);
}

TEST_F(PostgresPool, LendsWhatCameBackLast) {
  auto const on = pool();
  auto const backends = filled(on, 3);

  auto const last = on.borrow();
  auto const before = on.borrow();

  ASSERT_TRUE(last && before);
  EXPECT_EQ(backend_of(*last), backends[2]);
  EXPECT_EQ(backend_of(*before), backends[1]);
  EXPECT_EQ(on.stats().opened, 3U);
  EXPECT_EQ(on.stats().idle, 1U);
  EXPECT_EQ(on.stats().borrowed, 2U);
}

TEST_F(PostgresPool, WaitsWhereAllAreLentUntilOneComesBack) {
  auto const on = pool({.max_size = 1});
  auto held = on.borrow();
  ASSERT_TRUE(held);
  std::string const backend = backend_of(*held);

  auto waiting = std::async(std::launch::async, [&] {
    auto const next = on.borrow(within(20s));
    return next ? backend_of(*next) : describe(next.error());
  });
  while (on.stats().waiting == 0) std::this_thread::sleep_for(1ms);
  held = unexpected{failure{}};  // ends the lease

  EXPECT_EQ(waiting.get(), backend);
  EXPECT_EQ(on.stats().opened, 1U);
}

TEST_F(PostgresPool, WaitingInVainIsAFailureOfOurOwn) {
  auto const on = pool({.max_size = 1});
  auto const held = on.borrow();

  duration const took = time_of([&] {
    auto const next = on.borrow(within(100ms));
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().category, category::rejected);
    EXPECT_EQ(next.error().fault, fault::local);
    EXPECT_EQ(next.error().poisoned, poisoned::nothing);
  });

  EXPECT_GE(took, 100ms);
  EXPECT_LT(took, 1s);
  EXPECT_EQ(on.stats().waiting, 0U);
}

TEST_F(PostgresPool, AStopEndsTheWait) {
  auto const on = pool({.max_size = 1});
  auto const held = on.borrow();
  std::stop_source stop;
  std::jthread const soon{[stop]() mutable {
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
  }};

  duration const took = time_of([&] {
    auto const next = on.borrow({.stop = stop.get_token()});
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().category, category::cancelled);
    EXPECT_EQ(next.error().fault, fault::nobody);
  });

  EXPECT_LT(took, 1s);
}

TEST_F(PostgresPool, LimitsASessionAsItsBorrowerAsks) {
  auto const on = pool({.max_size = 1});
  { auto const first = on.borrow(within(1ms)); }
  auto const second = on.borrow();

  ASSERT_TRUE(second);
  EXPECT_EQ((*second)->limits(), postgres::call_limits{});
  EXPECT_TRUE((*second)->read("SELECT pg_sleep(0.05)"));
}

TEST_F(PostgresPool, ClosesWhatIsPoisoned) {
  auto const on = pool({.max_size = 1});
  std::string first;
  {
    auto const held = on.borrow();
    first = backend_of(*held);
    (*held)->poison();
  }
  auto const next = on.borrow();

  ASSERT_TRUE(next);
  EXPECT_NE(backend_of(*next), first);
  EXPECT_EQ(on.stats().poisoned, 1U);
}

TEST_F(PostgresPool, ClosesWhatWasLeftInATransaction) {
  server->ask("DROP TABLE IF EXISTS n; CREATE TABLE n (i int)");
  auto const on = pool();
  {
    auto const held = on.borrow();
    ASSERT_TRUE((*held)->run_script("BEGIN; INSERT INTO n VALUES (1)"));
  }

  EXPECT_EQ(on.stats().idle, 0U);
  EXPECT_EQ(on.stats().closed, 1U);
  EXPECT_EQ(server->ask("SELECT count(*) FROM n"), "0");
}

TEST_F(PostgresPool, ClosesWhatWasLeftInACopy) {
  auto const on = pool({.max_size = 1});
  std::optional<postgres::copy_in> left;
  {
    auto const held = on.borrow();
    ASSERT_TRUE((*held)->run_script("CREATE TEMP TABLE n (i int)"));
    auto copy = (*held)->begin_copy_in("COPY n FROM STDIN");
    ASSERT_TRUE(copy);
    left.emplace(std::move(*copy));
    EXPECT_EQ(on.stats().borrowed, 1U);
    left.reset();
  }
  auto const next = on.borrow();
  ASSERT_TRUE(next);
  EXPECT_TRUE((*next)->read("SELECT 1"));
}

TEST_F(PostgresPool, AfterALossLooksAtTheOthersBeforeTheyAreLent) {
  auto const on = pool({.check_after = 1h});
  auto const backends = filled(on, 3);
  terminate(backends[0]);
  terminate(backends[1]);
  terminate(backends[2]);
  {
    auto const lost = on.borrow();  // nothing is known yet
    EXPECT_FALSE((*lost)->read("SELECT 1"));
  }

  auto const next = on.borrow();

  ASSERT_TRUE(next);
  EXPECT_TRUE((*next)->read("SELECT 1"));
  EXPECT_EQ(on.stats().poisoned, 3U);
  EXPECT_EQ(on.stats().idle, 0U);
}

TEST_F(PostgresPool, LooksAtASessionThatWasIdleForAWhile) {
  auto const on = pool({.check_after = 0s});
  terminate(filled(on, 1)[0]);

  auto const next = on.borrow();

  ASSERT_TRUE(next);
  EXPECT_TRUE((*next)->read("SELECT 1"));
}

TEST_F(PostgresPool, ClosesWhatWasIdleForTooLong) {
  auto const on = pool({.max_idle = 50ms});
  auto const backend = filled(on, 1)[0];
  std::this_thread::sleep_for(60ms);

  auto const next = on.borrow();

  ASSERT_TRUE(next);
  EXPECT_NE(backend_of(*next), backend);
  EXPECT_EQ(on.stats().closed, 1U);
}

TEST_F(PostgresPool, ClosesWhatIsTooOldWhenItComesBack) {
  auto const on = pool({.max_lifetime = 50ms});
  {
    auto const held = on.borrow();
    std::this_thread::sleep_for(60ms);
  }
  EXPECT_EQ(on.stats().idle, 0U);
  EXPECT_EQ(on.stats().closed, 1U);
}

TEST_F(PostgresPool, ClearClosesWhatIsIdleAndWhatComesBack) {
  auto const on = pool();
  filled(on, 2);
  {
    auto const held = on.borrow();
    on.clear();
    EXPECT_EQ(on.stats().idle, 0U);
    EXPECT_TRUE((*held)->read("SELECT 1"));
  }
  EXPECT_EQ(on.stats().idle, 0U);
  EXPECT_EQ(on.stats().closed, 2U);
  EXPECT_TRUE(on.borrow());
}

TEST_F(PostgresPool, ALeaseMayOutliveThePool) {
  std::optional<postgres::lease> held;
  {
    auto const on = pool();
    auto lent = on.borrow();
    ASSERT_TRUE(lent);
    held.emplace(std::move(*lent));
  }
  EXPECT_TRUE((*held)->read("SELECT 1"));
}

TEST_F(PostgresPool, ALeaseThatIsReplacedGivesItsSessionBack) {
  auto const on = pool();
  auto first = on.borrow();
  auto second = on.borrow();
  ASSERT_TRUE(first && second);

  *first = std::move(*second);

  EXPECT_EQ(on.stats().borrowed, 1U);
  EXPECT_EQ(on.stats().idle, 1U);
  EXPECT_TRUE((*first)->read("SELECT 1"));
}

TEST_F(PostgresPool, AServerThatIsNotThereLeavesItsPlaceFree) {
  postgres::pool const on{
      {.server = {.conninfo = "host=127.0.0.1 port=" + std::to_string(free_port())},
       .max_size = 1}};
  for (int tries = 0; tries < 3; ++tries) {
    auto const refused = on.borrow(within(5s));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().category, category::connection);
  }
  EXPECT_EQ(on.stats().borrowed, 0U);
  EXPECT_EQ(on.stats().opened, 0U);
}

TEST_F(PostgresPool, RefusesOptionsThatAreOutOfRange) {
  using postgres::pool_options;
  EXPECT_THROW(postgres::pool{pool_options{.max_size = 0}}, invalid_options);
  EXPECT_THROW(postgres::pool{pool_options{.max_idle = 0s}}, invalid_options);
  EXPECT_THROW(postgres::pool{pool_options{.max_lifetime = -1s}}, invalid_options);
  EXPECT_THROW(postgres::pool{pool_options{.check_after = -1s}}, invalid_options);
}

TEST_F(PostgresPool, ServesManyThreads) {
  auto const on = pool({.max_size = 4, .check_after = 0s});
  std::atomic<int> lent{0};
  std::atomic<int> most{0};
  std::vector<std::jthread> threads;
  threads.reserve(8);
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int round = 0; round < 2500; ++round) {
        auto const held = on.borrow(within(60s));
        ASSERT_TRUE(held) << describe(held.error());
        int const now = ++lent;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        if (round % 500 == thread) (*held)->poison();
        --lent;
      }
    });
  }
  threads.clear();

  EXPECT_LE(most, 4);
  EXPECT_EQ(on.stats().borrowed, 0U);
  EXPECT_EQ(on.stats().waiting, 0U);
  EXPECT_LE(on.stats().idle, 4U);
  EXPECT_EQ(on.stats().poisoned, 40U);
}

}  // namespace
