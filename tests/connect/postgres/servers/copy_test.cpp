#include "with_server.hpp"

#include <fstream>
#include <string>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;

/// Of this process, in KiB.
long memory_in_use() {
  std::ifstream file{"/proc/self/statm"};
  long whole = 0;
  long resident = 0;
  file >> whole >> resident;
  return resident * 4;
}

class PostgresCopy : public with_server {
 protected:
  void SetUp() override {
    with_server::SetUp();
    if (!IsSkipped()) {
      server->ask("DROP TABLE IF EXISTS n; CREATE TABLE n (i int, t text)");
      on.emplace(server->connect());
      on->limit(within(60s));
    }
  }
  [[nodiscard]] static std::string count() { return server->ask("SELECT count(*) FROM n"); }
  std::optional<postgres::connection> on;
};

TEST_F(PostgresCopy, InOfAMillionRowsTakesNoMemory) {
  auto copy = on->begin_copy_in("COPY n FROM STDIN");
  ASSERT_TRUE(copy) << describe(copy.error());
  std::string const line = "1\t" + std::string(60, 'x') + "\n";
  std::string many;
  for (int each = 0; each < 1000; ++each) many += line;
  ASSERT_TRUE(copy->write(many));
  long const before = memory_in_use();

  for (int each = 1; each < 1000; ++each) ASSERT_TRUE(copy->write(many));

  EXPECT_LT(memory_in_use() - before, 4 * 1024);
  auto const taken = copy->finish();
  ASSERT_TRUE(taken) << describe(taken.error());
  EXPECT_EQ(*taken, 1'000'000U);
  EXPECT_EQ(count(), "1000000");
}

TEST_F(PostgresCopy, OutOfAMillionRowsTakesNoMemory) {
  auto copy = on->begin_copy_out("COPY (SELECT i FROM generate_series(1, 1000000) i) TO STDOUT");
  ASSERT_TRUE(copy) << describe(copy.error());
  std::size_t rows = 0;
  std::string last;
  [[maybe_unused]] long before = 0;

  for (auto row = copy->next(); row && *row; row = copy->next()) {
    if (++rows == 1000) before = memory_in_use();
    if (rows == 1'000'000) last = **row;
  }

  EXPECT_EQ(rows, 1'000'000U);
  EXPECT_EQ(last, "1000000\n");
#if !defined(__SANITIZE_ADDRESS__)  // which keeps what was freed for a while
  EXPECT_LT(memory_in_use() - before, 4 * 1024);
#endif
  EXPECT_TRUE(on->read("SELECT 1"));
}

TEST_F(PostgresCopy, InMayBeWrittenInPiecesOfAnySize) {
  auto copy = on->begin_copy_in("COPY n FROM STDIN");
  ASSERT_TRUE(copy);
  for (char const each : std::string{"1\ta\n2\tb\n"}) {
    ASSERT_TRUE(copy->write(std::string_view{&each, 1}));
  }
  ASSERT_TRUE(copy->write("3\t" + std::string(5'000'000, 'c') + "\n"));

  EXPECT_EQ(copy->finish(), 3U);
  EXPECT_EQ(server->ask("SELECT sum(length(t)) FROM n"), "5000002");
}

TEST_F(PostgresCopy, GivenUpKeepsNothing) {
  {
    auto copy = on->begin_copy_in("COPY n FROM STDIN");
    ASSERT_TRUE(copy);
    ASSERT_TRUE(copy->write("1\ta\n"));
  }

  EXPECT_TRUE(on->is_usable());
  EXPECT_EQ(count(), "0");
  EXPECT_TRUE(on->read("SELECT 1"));
}

TEST_F(PostgresCopy, GivenUpInATransactionFailsThatTransaction) {
  ASSERT_TRUE(on->run_script("BEGIN"));
  auto copy = on->begin_copy_in("COPY n FROM STDIN");
  ASSERT_TRUE(copy);
  copy->give_up();

  auto const done = on->commit();

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code.value.view(), "25P02");
}

TEST_F(PostgresCopy, TellsOfTheRowThatWasRefused) {
  auto copy = on->begin_copy_in("COPY n FROM STDIN");
  ASSERT_TRUE(copy);
  ASSERT_TRUE(copy->write("1\ta\nno number\tb\n3\tc\n"));

  auto const taken = copy->finish();

  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code.value.view(), "22P02");
  EXPECT_TRUE(on->is_usable());
  EXPECT_EQ(count(), "0");
}

TEST_F(PostgresCopy, ThatHasEndedTakesNoMore) {
  auto copy = on->begin_copy_in("COPY n FROM STDIN");
  ASSERT_TRUE(copy);
  ASSERT_TRUE(copy->finish());

  auto const written = copy->write("1\ta\n");
  auto const again = copy->finish();

  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code.value.view(), "55000");
  EXPECT_FALSE(again);
  EXPECT_TRUE(on->is_usable());
}

TEST_F(PostgresCopy, OutLeftEarlyPoisonsTheConnection) {
  {
    auto copy = on->begin_copy_out("COPY (SELECT generate_series(1, 1000000)) TO STDOUT");
    ASSERT_TRUE(copy);
    ASSERT_TRUE(copy->next());
  }
  EXPECT_FALSE(on->is_usable());
}

TEST_F(PostgresCopy, OutThatFailsOnItsWayIsAFailure) {
  auto copy =
      on->begin_copy_out("COPY (SELECT 1 / (500 - i) FROM generate_series(1, 1000) i) TO STDOUT");
  ASSERT_TRUE(copy);
  auto row = copy->next();
  while (row && *row) row = copy->next();

  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code.value.view(), "22012");
  EXPECT_TRUE(on->is_usable());
}

TEST_F(PostgresCopy, OutIsCancelledAtItsDeadline) {
  on->limit(within(200ms));
  auto copy = on->begin_copy_out("COPY (SELECT pg_sleep(30)) TO STDOUT");
  ASSERT_TRUE(copy);

  auto const row = copy->next();

  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().category, category::timeout);
  on->limit({});
  EXPECT_TRUE(on->read("SELECT 1"));
}

TEST_F(PostgresCopy, WaitsNoLongerThanTheDeadlineForAServerThatTakesNothing) {
  server->ask(
      "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
      " 'BEGIN PERFORM pg_sleep(30); RETURN NEW; END';"
      "CREATE TRIGGER slow BEFORE INSERT ON n FOR EACH ROW EXECUTE FUNCTION slow()");
  auto copy = on->begin_copy_in("COPY n FROM STDIN");
  ASSERT_TRUE(copy);
  on->limit(within(300ms));
  std::string const line = "1\t" + std::string(60'000, 'x') + "\n";

  duration const took = time_of([&] {
    expected<void, failure> written{};
    for (int each = 0; written && each < 1000; ++each) written = copy->write(line);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().category, category::timeout);
  });

  EXPECT_LT(took, 4s);
}

TEST_F(PostgresCopy, ByExecuteIsRefused) {
  for (char const* sql : {"COPY n FROM STDIN", "COPY n TO STDOUT"}) {
    auto fresh = server->connect();
    fresh.limit(within(5s));

    auto const refused = fresh.execute(sql);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code.value.view(), "0A000") << sql;
    EXPECT_EQ(refused.error().poisoned, poisoned::connection);
    EXPECT_FALSE(fresh.is_usable());
  }
}

TEST_F(PostgresCopy, OfTheOtherDirectionOrNoneIsRefused) {
  auto const in = server->connect().begin_copy_in("COPY n TO STDOUT");
  auto const out = server->connect().begin_copy_out("COPY n FROM STDIN");
  auto const none = on->begin_copy_in("INSERT INTO n VALUES (1)");
  auto const wrong = on->begin_copy_out("COPY nowhere TO STDOUT");

  EXPECT_FALSE(in);
  EXPECT_FALSE(out);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code.value.view(), "42601");
  EXPECT_EQ(count(), "0");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code.value.view(), "42P01");
  EXPECT_TRUE(on->read("SELECT 1"));
}

}  // namespace
