#include "with_server.hpp"

#include <array>
#include <string>
#include <vector>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;
using batch = std::vector<postgres::bound_statement>;

class PostgresBatch : public with_server {
 protected:
  void SetUp() override {
    with_server::SetUp();
    if (!IsSkipped()) {
      server->ask("DROP TABLE IF EXISTS n; CREATE TABLE n (i int PRIMARY KEY)");
      on.emplace(server->connect());
      on->limit(within(60s));
    }
  }
  [[nodiscard]] static std::string count() { return server->ask("SELECT count(*) FROM n"); }
  std::optional<postgres::connection> on;
};

TEST_F(PostgresBatch, HasAnAnswerForEachStatementInItsOrder) {
  std::array<postgres::parameter, 1> const seven{postgres::parameter{7}};
  batch const all{{"INSERT INTO n VALUES ($1)", seven}, {"SELECT i FROM n"}, {"DELETE FROM n"}};

  auto const answers = on->run_all(all);

  ASSERT_TRUE(answers) << describe(answers.error());
  ASSERT_EQ(answers->size(), 3U);
  EXPECT_EQ((*answers)[0].tag(), "INSERT 0 1");
  EXPECT_EQ((*answers)[1].integer(0, 0), 7);
  EXPECT_EQ((*answers)[2].affected(), 1U);
}

TEST_F(PostgresBatch, OfNothingHasNoAnswers) {
  auto const answers = on->run_all({});

  ASSERT_TRUE(answers) << describe(answers.error());
  EXPECT_TRUE(answers->empty());
  EXPECT_TRUE(on->read("SELECT 1"));
}

TEST_F(PostgresBatch, EndsAtItsFirstFailureAndLeavesNothing) {
  batch const all{{"INSERT INTO n VALUES (1)"}, {"INSERT INTO n VALUES (1)"}, {"SELECT 1 / 0"}};

  auto const answers = on->run_all(all);

  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().code.value.view(), "23505");
  EXPECT_EQ(count(), "0");
  EXPECT_TRUE(on->read("SELECT 1"));
}

TEST_F(PostgresBatch, WithAnEmptyStatementLeavesNothing) {
  for (char const* empty : {"", " ; ", "/* nothing */", "-- nothing"}) {
    batch const all{{"INSERT INTO n VALUES (1)"}, {empty}, {"INSERT INTO n VALUES (2)"}};

    auto const answers = on->run_all(all);

    ASSERT_FALSE(answers);
    EXPECT_EQ(answers.error().code.value.view(), "42601") << empty;
    EXPECT_EQ(count(), "0") << empty;
  }
  EXPECT_TRUE(on->read("SELECT 1"));
}

TEST_F(PostgresBatch, OfFiveThousandStatementsWithLargeAnswersComesThrough) {
  batch const all(5000, {"SELECT repeat('x', 10000)"});

  auto const answers = on->run_all(all, postgres::effect::reads);

  ASSERT_TRUE(answers) << describe(answers.error());
  EXPECT_EQ(answers->size(), 5000U);
  EXPECT_EQ(answers->back().text(0, 0).size(), 10000U);
}

TEST_F(PostgresBatch, IsCancelledAtItsDeadline) {
  on->limit(within(100ms));
  batch const all{{"INSERT INTO n VALUES (1)"}, {"SELECT pg_sleep(30)"}, {"SELECT 1"}};

  auto const answers = on->run_all(all);

  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().category, category::timeout);
  EXPECT_TRUE(on->is_usable());
  EXPECT_EQ(count(), "0");
}

TEST_F(PostgresBatch, RefusesACopyInsteadOfWaitingForIt) {
  for (char const* copy : {"COPY n FROM STDIN", "COPY n TO STDOUT"}) {
    auto fresh = server->connect();
    fresh.limit(within(5s));
    batch const all{{"SELECT 1"}, {copy}, {"SELECT 1"}};

    auto const answers = fresh.run_all(all);

    ASSERT_FALSE(answers) << copy;
    EXPECT_EQ(answers.error().code.value.view(), "0A000") << copy;
    EXPECT_EQ(answers.error().poisoned, poisoned::connection) << copy;
    EXPECT_FALSE(fresh.is_usable());
  }
}

TEST_F(PostgresBatch, WhoseCommitWasARollbackIsAFailure) {
  ASSERT_TRUE(on->run_script("BEGIN"));
  ASSERT_FALSE(on->execute("SELECT 1 / 0"));
  batch const all{{"COMMIT"}};

  auto const answers = on->run_all(all);

  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().code.value.view(), "25P02");
  EXPECT_FALSE(on->in_transaction());
}

TEST_F(PostgresBatch, LostInItsCommitIsInDoubt) {
  open_proxy();
  auto lossy = through_proxy();
  fault("kind: answer_lost, message: E");
  batch const all{{"INSERT INTO n VALUES (1)"}, {"INSERT INTO n VALUES (2)"}};

  auto const answers = lossy.run_all(all);

  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().category, category::in_doubt);
  EXPECT_FALSE(lossy.is_usable());
}

TEST_F(PostgresBatch, AScriptAnswersForItsLastStatement) {
  auto const answer = on->run_script("INSERT INTO n VALUES (1); SELECT i + 1 FROM n; -- the end");

  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->integer(0, 0), 2);
}

TEST_F(PostgresBatch, AScriptWhoseCommitWasARollbackIsAFailure) {
  for (char const* script : {"COMMIT", "END; SELECT 1"}) {
    ASSERT_TRUE(on->run_script("BEGIN"));
    ASSERT_FALSE(on->execute("SELECT 1 / 0"));

    auto const answer = on->run_script(script);

    ASSERT_FALSE(answer) << script;
    EXPECT_EQ(answer.error().code.value.view(), "25P02") << script;
    EXPECT_FALSE(on->in_transaction());
  }
}

TEST_F(PostgresBatch, AScriptOfAWholeTransactionSucceeds) {
  EXPECT_TRUE(on->run_script("BEGIN; INSERT INTO n VALUES (1); COMMIT"));
  ASSERT_TRUE(on->run_script("BEGIN; INSERT INTO n VALUES (2)"));
  EXPECT_TRUE(on->run_script("COMMIT; BEGIN; INSERT INTO n VALUES (3); ROLLBACK"));
  EXPECT_EQ(count(), "2");
}

}  // namespace
