#include "coroutines.hpp"
#include "holdfast/connect/postgres/async_connection.hpp"
#include "with_server.hpp"

#include <string>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;

class AsyncCopy : public with_server {
 protected:
  void SetUp() override {
    with_server::SetUp();
    if (!IsSkipped()) server->ask("DROP TABLE IF EXISTS n; CREATE TABLE n (i int, t text)");
  }
  template <class Body>
  void with_connection(Body const& body) {
    on_loop.run([&]() -> awaitable<void> {
      postgres::connection_options const options{.conninfo = server->conninfo()};
      auto on = co_await postgres::async_connection::open(options);
      EXPECT_TRUE(on) << describe(on.error());
      if (!on) co_return;
      on->limit(within(60s));
      co_await body(*on);
    });
  }
  [[nodiscard]] static std::string count() { return server->ask("SELECT count(*) FROM n"); }

  loop on_loop;
};

TEST_F(AsyncCopy, InAndOutOfManyRows) {
  std::string many;
  for (int each = 0; each < 1000; ++each) many += "1\t" + std::string(60, 'x') + "\n";
  with_connection([&](postgres::async_connection& on) -> awaitable<void> {
    auto in = co_await on.begin_copy_in("COPY n FROM STDIN");
    EXPECT_TRUE(in) << describe(in.error());
    if (!in) co_return;
    for (int each = 0; each < 200; ++each) {
      auto const written = co_await in->write(many);
      EXPECT_TRUE(written);
    }
    auto const taken = co_await in->finish();
    EXPECT_EQ(taken, 200'000U);
    auto const late = co_await in->write("1\ta\n");
    EXPECT_FALSE(late);

    auto out = co_await on.begin_copy_out("COPY n TO STDOUT");
    EXPECT_TRUE(out) << describe(out.error());
    if (!out) co_return;
    std::size_t rows = 0;
    for (;;) {
      auto const row = co_await out->next();
      EXPECT_TRUE(row);
      if (!row || !*row) break;
      ++rows;
    }
    EXPECT_EQ(rows, 200'000U);
    auto const next = co_await on.read("SELECT 1");
    EXPECT_TRUE(next);
  });
  EXPECT_EQ(count(), "200000");
}

TEST_F(AsyncCopy, GivenUpKeepsNothingAndTheConnection) {
  with_connection([&](postgres::async_connection& on) -> awaitable<void> {
    auto in = co_await on.begin_copy_in("COPY n FROM STDIN");
    auto const written = co_await in->write("1\ta\n");
    EXPECT_TRUE(written);
    co_await in->give_up();
    auto const next = co_await on.read("SELECT 1");
    EXPECT_TRUE(next) << describe(next.error());
  });
  EXPECT_EQ(count(), "0");
}

TEST_F(AsyncCopy, LeftBeforeItsEndClosesTheConnection) {
  with_connection([&](postgres::async_connection& on) -> awaitable<void> {
    {
      auto in = co_await on.begin_copy_in("COPY n FROM STDIN");
      auto const written = co_await in->write("1\ta\n");
      EXPECT_TRUE(written);
    }
    EXPECT_FALSE(on.is_usable());
  });
  EXPECT_EQ(count(), "0");
}

TEST_F(AsyncCopy, TellsOfTheRowThatWasRefused) {
  with_connection([&](postgres::async_connection& on) -> awaitable<void> {
    auto in = co_await on.begin_copy_in("COPY n FROM STDIN");
    auto const written = co_await in->write("1\ta\nno number\tb\n");
    EXPECT_TRUE(written);
    auto const taken = co_await in->finish();
    EXPECT_FALSE(taken);
    EXPECT_EQ(error_in(taken).code.value.view(), "22P02");
    EXPECT_TRUE(on.is_usable());
  });
}

TEST_F(AsyncCopy, OutIsCancelledAtItsDeadline) {
  with_connection([&](postgres::async_connection& on) -> awaitable<void> {
    on.limit(within(200ms));
    auto out = co_await on.begin_copy_out("COPY (SELECT pg_sleep(30)) TO STDOUT");
    EXPECT_TRUE(out);
    if (!out) co_return;
    auto const row = co_await out->next();
    EXPECT_FALSE(row);
    EXPECT_EQ(error_in(row).category, category::timeout);
    on.limit({});
    auto const next = co_await on.read("SELECT 1");
    EXPECT_TRUE(next);
  });
}

TEST_F(AsyncCopy, WaitsNoLongerThanTheDeadlineForAServerThatTakesNothing) {
  server->ask(
      "CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
      " 'BEGIN PERFORM pg_sleep(30); RETURN NEW; END';"
      "CREATE TRIGGER slow BEFORE INSERT ON n FOR EACH ROW EXECUTE FUNCTION slow()");
  std::string const line = "1\t" + std::string(60'000, 'x') + "\n";
  with_connection([&](postgres::async_connection& on) -> awaitable<void> {
    auto in = co_await on.begin_copy_in("COPY n FROM STDIN");
    on.limit(within(300ms));
    auto const began = now();
    expected<void, failure> written{};
    for (int each = 0; written && each < 1000; ++each) written = co_await in->write(line);
    EXPECT_FALSE(written);
    EXPECT_EQ(error_in(written).category, category::timeout);
    EXPECT_LT(now() - began, 4s);
  });
}

}  // namespace
