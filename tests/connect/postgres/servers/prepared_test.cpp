#include "holdfast/connect/postgres/transact.hpp"
#include "with_server.hpp"

#include <string>

namespace {

using namespace holdfast;
using namespace postgres_tests;

class PostgresPrepared : public with_server {
 protected:
  void SetUp() override {
    with_server::SetUp();
    if (!IsSkipped()) {
      server->ask("DROP TABLE IF EXISTS n; CREATE TABLE n (i int); INSERT INTO n VALUES (1)");
      on.emplace(server->connect());
    }
  }
  /// How many statements the session has prepared, and how often they were run.
  [[nodiscard]] std::string prepared() const {
    auto const seen = on->read(
        "SELECT count(*) || ' run ' || coalesce(sum(generic_plans + custom_plans), 0)"
        " FROM pg_prepared_statements");
    return seen ? std::string{seen->text(0, 0)} : describe(seen.error());
  }
  mutable std::optional<postgres::connection> on;
  postgres::statement const all{"SELECT * FROM n"};
};

TEST_F(PostgresPrepared, AStatementUsedTwiceIsPreparedOnce) {
  EXPECT_TRUE(on->read(all));
  EXPECT_TRUE(on->read(all));
  EXPECT_TRUE(on->read(postgres::statement{"SELECT * FROM n"}));

  EXPECT_EQ(prepared(), "1 run 3");
}

TEST_F(PostgresPrepared, AStatementThatTheServerForgotIsPreparedAgain) {
  ASSERT_TRUE(on->read(all));
  ASSERT_TRUE(on->run_script("DISCARD ALL"));

  auto const answer = on->read(all);

  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->size(), 1U);
  EXPECT_EQ(prepared(), "1 run 1");
}

TEST_F(PostgresPrepared, AStatementWhoseTableWasChangedIsPreparedAgain) {
  ASSERT_TRUE(on->read(all));
  server->ask("ALTER TABLE n ADD t text DEFAULT 'new'");

  auto const answer = on->read(all);

  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->columns(), 2U);
  EXPECT_EQ(prepared(), "1 run 1");
}

TEST_F(PostgresPrepared, AStatementThatIsThereAlreadyIsUsed) {
  ASSERT_TRUE(on->run_script("PREPARE " + all.name() + " AS " + all.sql()));

  auto const answer = on->read(all);

  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(prepared(), "1 run 1");
}

TEST_F(PostgresPrepared, InATransactionTheFailureComesBack) {
  ASSERT_TRUE(on->read(all));
  ASSERT_TRUE(on->run_script("DISCARD ALL"));
  ASSERT_TRUE(on->run_script("BEGIN"));

  auto const answer = on->read(all);

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code.value.view(), "26000");
  EXPECT_EQ(answer.error().advice, advice::after_reprepare);
  ASSERT_TRUE(on->run_script("ROLLBACK"));
  EXPECT_TRUE(on->read(all));
}

TEST_F(PostgresPrepared, TransactBeginsAgainWhereAStatementWasForgotten) {
  postgres::pool const pool{{.server = {.conninfo = server->conninfo()}, .max_size = 1}};
  auto const read = [&](postgres::transaction& t) -> expected<int, failure> {
    auto const answer = t.execute(all);
    if (!answer) return unexpected{answer.error()};
    return t.run_number();
  };
  ASSERT_EQ(postgres::transact(pool, read), 1);
  server->ask("ALTER TABLE n ADD t text");

  auto const again = postgres::transact(pool, read);

  ASSERT_TRUE(again) << describe(again.error());
  EXPECT_EQ(*again, 2);
  EXPECT_EQ(postgres::transact(pool, read), 1);
}

TEST_F(PostgresPrepared, BeyondTheLimitStatementsAreSentWhole) {
  for (int each = 0; each < 1010; ++each) {
    ASSERT_TRUE(on->read(postgres::statement{"SELECT " + std::to_string(each)}));
  }
  EXPECT_EQ(prepared(), "1000 run 1000");
}

TEST_F(PostgresPrepared, AStatementThatIsWrongFailsEachTime) {
  postgres::statement const wrong{"SELECT nowhere FROM n"};
  for (int each = 0; each < 2; ++each) {
    auto const answer = on->read(wrong);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code.value.view(), "42703");
  }
  EXPECT_EQ(prepared(), "0 run 0");
}

TEST_F(PostgresPrepared, BehindAPoolerNothingIsPrepared) {
  auto pooled = postgres::connection::open({.conninfo = server->conninfo(), .behind_pooler = true});
  ASSERT_TRUE(pooled);

  ASSERT_TRUE(pooled->read(all));

  auto const seen = pooled->read("SELECT count(*) FROM pg_prepared_statements");
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->integer(0, 0), 0);
}

}  // namespace
