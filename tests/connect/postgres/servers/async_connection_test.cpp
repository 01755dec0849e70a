#include "holdfast/connect/postgres/async_connection.hpp"

#include "coroutines.hpp"
#include "false_server.hpp"
#include "with_server.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;

/// A blocked thread would be kept for as long as what it waits for, a second and more.
constexpr duration unblocked = 500ms;

class AsyncConnection : public with_server {
 protected:
  /// Runs a coroutine on a connection of its own.
  template <class Body>
  void with_connection(Body const& body) {
    on_loop.run([&]() -> awaitable<void> {
      auto on = co_await postgres::async_connection::open(to(server->conninfo()));
      EXPECT_TRUE(on) << describe(on.error());
      if (on) co_await body(*on);
      heart.stop();
    });
    EXPECT_LT(heart.longest(), unblocked);
  }
  [[nodiscard]] static postgres::connection_options to(std::string const& conninfo,
                                                       duration connect_timeout = 10s) {
    return {.conninfo = conninfo, .connect_timeout = connect_timeout};
  }
  [[nodiscard]] static std::string busy_with(std::string const& text) {
    return server->ask(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%" + text +
        "%' AND pid <> pg_backend_pid()");
  }

  loop on_loop;
  heartbeat heart{on_loop};
};

TEST_F(AsyncConnection, RunsWhatAConnectionRuns) {
  static postgres::statement const doubled{"SELECT 2 * $1::int"};
  with_connection([](postgres::async_connection& on) -> awaitable<void> {
    auto const text = co_await on.read("SELECT $1::text || $2", "a", std::string{"b"});
    EXPECT_EQ(text->text(0, 0), "ab");
    for (int each = 0; each < 3; ++each) {
      auto const twice = co_await on.read(doubled, each);
      EXPECT_EQ(twice->integer(0, 0), 2 * each);
    }
    auto const last = co_await on.run_script("CREATE TEMP TABLE n (i int); SELECT 7");
    EXPECT_EQ(last->integer(0, 0), 7);
    auto const put = co_await on.execute("INSERT INTO n VALUES ($1), ($2)", 1, 2);
    EXPECT_EQ(put->affected(), 2U);
    EXPECT_EQ(on.server_version() / 10000, 15);
  });
}

TEST_F(AsyncConnection, AFailureIsTheSameAsWhenBlocking) {
  std::string const wrong = "INSERT INTO nowhere VALUES (1)";
  auto blocking = server->connect();
  failure_context told_blocking;
  failure_context told;
  blocking.limit({.context = &told_blocking});
  auto const expected_one = blocking.execute(wrong);

  with_connection([&](postgres::async_connection& on) -> awaitable<void> {
    on.limit({.context = &told});
    auto const seen = co_await on.execute(wrong);
    EXPECT_FALSE(seen);
    EXPECT_EQ(error_in(seen), expected_one.error());
    EXPECT_TRUE(on.is_usable());
  });
  EXPECT_EQ(told.server.routine, told_blocking.server.routine);
  EXPECT_EQ(told.how_far, told_blocking.how_far);
}

TEST_F(AsyncConnection, AStatementThatTheServerForgotIsPreparedAgain) {
  postgres::statement const one{"SELECT 1"};
  with_connection([&](postgres::async_connection& on) -> awaitable<void> {
    auto const first = co_await on.read(one);
    EXPECT_TRUE(first);
    auto const forgotten = co_await on.run_script("DEALLOCATE ALL");
    EXPECT_TRUE(forgotten);
    auto const again = co_await on.read(one);
    EXPECT_TRUE(again) << describe(again.error());
  });
}

TEST_F(AsyncConnection, AtTheDeadlineTheStatementIsCancelledOnTheServer) {
  with_connection([&](postgres::async_connection& on) -> awaitable<void> {
    on.limit(within(1s));
    auto const began = now();

    auto const answer = co_await on.execute("SELECT pg_sleep(30), 'by async deadline'");

    EXPECT_GE(now() - began, 1s);
    EXPECT_LT(now() - began, 2s);
    EXPECT_FALSE(answer);
    if (!answer) {
      EXPECT_EQ(answer.error().category, category::timeout);
      EXPECT_EQ(answer.error().code.value.view(), "57014");
    }
    on.limit({});
    auto const next = co_await on.read("SELECT 1");
    EXPECT_TRUE(next);
  });
  EXPECT_EQ(busy_with("by async deadline"), "0");
}

TEST_F(AsyncConnection, ACancelledCoroutineCancelsItsStatementOnTheServer) {
  boost::asio::cancellation_signal signal;
  std::optional<postgres::async_connection> on;
  std::optional<failure> seen;
  on_loop.spawn(
      [&]() -> awaitable<void> {
        auto opened = co_await postgres::async_connection::open(to(server->conninfo()));
        on.emplace(std::move(*opened));
        auto const answer = co_await on->execute("SELECT pg_sleep(30), 'by slot'");
        if (!answer) seen = answer.error();
        heart.stop();
      },
      signal);
  on_loop.cancel_after(200ms, signal);
  auto const began = now();

  on_loop.run();

  EXPECT_LT(now() - began, 2s);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->category, category::cancelled);
  EXPECT_EQ(seen->fault, fault::nobody);
  EXPECT_EQ(busy_with("by slot"), "0");
  EXPECT_TRUE(on->is_usable());
  EXPECT_LT(heart.longest(), unblocked);
  on_loop.context.restart();
  on_loop.run([&]() -> awaitable<void> {
    auto const next = co_await on->read("SELECT 1");
    EXPECT_TRUE(next) << describe(next.error());
  });
}

TEST_F(AsyncConnection, AStopOfAnotherThreadEndsTheStatement) {
  std::stop_source stop;
  std::jthread const soon{[stop]() mutable {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  }};
  with_connection([&](postgres::async_connection& on) -> awaitable<void> {
    on.limit({.stop = stop.get_token()});
    auto const answer = co_await on.execute("SELECT pg_sleep(30)");
    EXPECT_FALSE(answer);
    EXPECT_EQ(error_in(answer).category, category::cancelled);
    auto const refused = co_await on.execute("CREATE TABLE never_made ()");
    EXPECT_FALSE(refused);
  });
  EXPECT_EQ(server->ask("SELECT to_regclass('never_made') IS NULL"), "t");
}

TEST_F(AsyncConnection, WhatIsBegunInTheMidstOfAStatementIsRefused) {
  with_connection([&](postgres::async_connection& on) -> awaitable<void> {
    on_loop.spawn([&]() -> awaitable<void> {
      co_await pause(50ms);
      auto const meanwhile = co_await on.read("SELECT 2");
      EXPECT_FALSE(meanwhile);
      EXPECT_EQ(error_in(meanwhile).code.value.view(), "55000");
    });
    auto const answer = co_await on.read("SELECT pg_sleep(0.2)");
    EXPECT_TRUE(answer) << describe(answer.error());
  });
}

TEST_F(AsyncConnection, ThatIsLeftInTheMidstOfAStatementIsPoisoned) {
  std::optional<postgres::async_connection> on;
  {
    loop ended;
    ended.spawn([&]() -> awaitable<void> {
      auto opened = co_await postgres::async_connection::open(to(server->conninfo()));
      on.emplace(std::move(*opened));
      auto const never = co_await on->read("SELECT pg_sleep(30)");
      EXPECT_TRUE(never);
    });
    ended.context.run_for(300ms);
  }
  ASSERT_TRUE(on);
  EXPECT_FALSE(on->is_usable());
  heart.stop();
}

TEST_F(AsyncConnection, AnAnswerThatNeverComesPoisonsTheConnection) {
  open_proxy();
  std::string const link =
      server->tcp_conninfo(proxy->port(), "sslmode=disable gssencmode=disable");
  on_loop.run([&]() -> awaitable<void> {
    auto on = co_await postgres::async_connection::open(to(link));
    fault("kind: half_open");
    on->limit(within(100ms));
    auto const began = now();
    auto const answer = co_await on->read("SELECT 1");
    EXPECT_LT(now() - began, 4s);  // two seconds more for the answer to the cancelled statement
    EXPECT_FALSE(answer);
    EXPECT_EQ(error_in(answer).category, category::timeout);
    EXPECT_FALSE(on->is_usable());
    heart.stop();
  });
  EXPECT_LT(heart.longest(), unblocked);
}

TEST_F(AsyncConnection, AServerThatSaysNothingIsGivenUpInTime) {
  false_server const silent;
  on_loop.run([&]() -> awaitable<void> {
    auto const began = now();
    auto const on = co_await postgres::async_connection::open(
        to("host=127.0.0.1 user=app port=" + std::to_string(silent.port()), 1s));
    EXPECT_FALSE(on);
    EXPECT_EQ(error_in(on).category, category::timeout);
    EXPECT_LT(now() - began, 2s);
    heart.stop();
  });
  EXPECT_LT(heart.longest(), unblocked);
}

TEST_F(AsyncConnection, ACancellationEndsAnAttemptToConnect) {
  false_server const silent;
  boost::asio::cancellation_signal signal;
  std::optional<failure> seen;
  on_loop.spawn(
      [&]() -> awaitable<void> {
        auto const on = co_await postgres::async_connection::open(
            to("host=127.0.0.1 user=app port=" + std::to_string(silent.port())));
        if (!on) seen = on.error();
        heart.stop();
      },
      signal);
  on_loop.cancel_after(100ms, signal);

  on_loop.run();

  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->category, category::cancelled);
}

TEST_F(AsyncConnection, TriesSeveralHostsAndLooksTheirNamesUp) {
  on_loop.run([&]() -> awaitable<void> {
    std::string const port = std::to_string(server->port());
    auto const on = co_await postgres::async_connection::open(
        to("host=127.0.0.1,localhost user=app dbname=postgres port=" + std::to_string(free_port()) +
           "," + port));
    EXPECT_TRUE(on) << describe(on.error());
    if (on) {
      EXPECT_EQ(on->server_name(), "localhost:" + port);
    }

    auto const nobody =
        co_await postgres::async_connection::open(to("host=nobody.invalid user=app", 5s));
    EXPECT_FALSE(nobody);
    EXPECT_EQ(error_in(nobody).code.value.view(), "08001");
    heart.stop();
  });
  EXPECT_LT(heart.longest(), unblocked);
}

TEST_F(AsyncConnection, ABatchIsSentWhileItsAnswersAreRead) {
  std::vector<postgres::bound_statement> const batch(20'000, {"SELECT repeat('x', 1000)"});
  with_connection([&](postgres::async_connection& on) -> awaitable<void> {
    on.limit(within(60s));
    auto const answers = co_await on.run_all(batch);
    EXPECT_TRUE(answers) << describe(answers.error());
    if (answers) {
      EXPECT_EQ(answers->size(), 20'000U);
    }
    auto const next = co_await on.read("SELECT 1");
    EXPECT_TRUE(next);
  });
}

}  // namespace
