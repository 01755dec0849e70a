#include "holdfast/connect/postgres/ledger.hpp"
#include "holdfast/connect/postgres/transact.hpp"
#include "postgres_server.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;
using outcome = expected<void, failure>;

/// What closures do that they should not, and what they leave behind.
class PostgresClosure : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_postgres()) GTEST_SKIP() << "PostgreSQL 15 is not installed";
    server = std::make_unique<postgres_server>();
    server->ask("CREATE TABLE mark (n int PRIMARY KEY)");
  }
  [[nodiscard]] postgres::pool pool() const {
    return postgres::pool{{.server = {.conninfo = server->conninfo()}}};
  }
  [[nodiscard]] std::string rows() const { return server->ask("SELECT count(*) FROM mark"); }

  std::unique_ptr<postgres_server> server;
};

outcome put(postgres::transaction& t, int n) {
  auto const done = t.execute("INSERT INTO mark VALUES ($1)", n);
  if (!done) return unexpected{done.error()};
  return {};
}

TEST_F(PostgresClosure, CanNotEndTheTransactionItself) {
  auto const on = pool();
  for (char const* word : {"COMMIT", "ROLLBACK", "ROLLBACK AND CHAIN", "END", "ABORT",
                           "PREPARE TRANSACTION 'a'", "SELECT 1; COMMIT; BEGIN"}) {
    auto const done = postgres::transact(on, [&](postgres::transaction& t) -> outcome {
      if (auto first = put(t, 1); !first) return first;
      EXPECT_FALSE(t.run_script(word)) << word;
      return put(t, 2);
    });
    ASSERT_FALSE(done) << word;
    EXPECT_EQ(done.error().code.value.view(), "2D000") << word;
    EXPECT_EQ(rows(), "0") << word;
  }
}

TEST_F(PostgresClosure, MayMakeFunctionsThatHaveAnEnd) {
  auto const done = postgres::transact(pool(), [&](postgres::transaction& t) -> outcome {
    auto const made = t.run_script(
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; SELECT "
        "f()");
    if (!made) return unexpected{made.error()};
    return {};
  });

  EXPECT_TRUE(done) << describe(done.error());
}

TEST_F(PostgresClosure, APartThatThrowsIsUndone) {
  auto const done = postgres::transact(pool(), [&](postgres::transaction& t) -> outcome {
    try {
      (void)t.attempt_part([&]() -> outcome {
        if (auto half = put(t, 1); !half) return half;
        throw std::runtime_error{"half done"};
      });
    } catch (std::runtime_error const&) {
      return put(t, 2);
    }
    return {};
  });

  EXPECT_TRUE(done) << describe(done.error());
  EXPECT_EQ(server->ask("SELECT n FROM mark"), "2");
}

TEST_F(PostgresClosure, APartDoesNotCoverAnEarlierFailure) {
  auto const done = postgres::transact(pool(), [&](postgres::transaction& t) -> outcome {
    (void)t.execute("SELECT $1::text", std::string_view{"a\0b", 3});  // refused before it is sent
    (void)t.attempt_part([&]() -> outcome { return unexpected{plain_failure(category::data)}; });
    return put(t, 2);
  });

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code.value.view(), "22021");
  EXPECT_EQ(rows(), "0");
}

TEST_F(PostgresClosure, AStatementThatIsOutdatedInAPartRunsAllAgain) {
  auto const on = pool();
  postgres::statement const read{"SELECT * FROM mark"};
  int runs = 0;
  auto const run = [&] {
    return postgres::transact(on, [&](postgres::transaction& t) -> outcome {
      ++runs;
      auto const part = t.attempt_part([&]() -> outcome {
        auto const seen = t.execute(read);
        if (!seen) return unexpected{seen.error()};
        return {};
      });
      return part;
    });
  };
  ASSERT_TRUE(run());
  server->ask("ALTER TABLE mark ADD COLUMN note text");

  auto const again = run();

  EXPECT_TRUE(again) << describe(again.error());
  EXPECT_EQ(runs, 3);
}

TEST_F(PostgresClosure, ACopyThatIsLeftOpenIsGivenUpWithTheSession) {
  auto const on = pool();
  std::optional<postgres::copy_in> left;

  auto const done = postgres::transact(on, [&](postgres::transaction& t) -> outcome {
    auto copy = t.begin_copy_in("COPY mark FROM STDIN");
    if (!copy) return unexpected{copy.error()};
    left.emplace(std::move(*copy));
    return left->write("1\n");
  });

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code.value.view(), "55000");
  EXPECT_FALSE(left->write("2\n"));
  left.reset();
  EXPECT_EQ(rows(), "0");
  EXPECT_EQ(on.stats().idle, 0U);
}

TEST_F(PostgresClosure, ALedgerIsAskedInTheSchemaInWhichItWasWritten) {
  server->ask("CREATE SCHEMA tenant");
  for (char const* path : {"public", "tenant"}) {
    auto admin = server->connect("options=-csearch_path=" + std::string{path});
    ASSERT_TRUE(postgres::create_ledger(admin));
  }
  postgres::commit_doubt doubt;

  auto const done = postgres::transact(
      pool(), {.ledger = "it's mine", .doubt = &doubt}, [&](postgres::transaction& t) -> outcome {
        auto const set = t.run_script("SET LOCAL search_path TO tenant, public");
        if (!set) return unexpected{set.error()};
        return put(t, 1);
      });

  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(server->ask("SELECT count(*) FROM tenant.holdfast_commits"), "1");
  EXPECT_EQ(server->ask("SELECT count(*) FROM public.holdfast_commits"), "0");
}

TEST_F(PostgresClosure, ALedgerThatIsNotThereIsAFailureThatSaysHowToMakeIt) {
  auto const done = postgres::transact(pool(), {.ledger = ""},
                                       [](postgres::transaction& t) { return put(t, 1); });

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().text.view(), "there is no holdfast_commits: call create_ledger");
  EXPECT_EQ(rows(), "0");
}

TEST_F(PostgresClosure, OldRowsOfTheLedgerArePruned) {
  auto admin = server->connect();
  ASSERT_TRUE(postgres::create_ledger(admin));
  ASSERT_TRUE(postgres::create_ledger(admin));
  server->ask(
      "INSERT INTO holdfast_commits VALUES ('old', now() - interval '2 days'), ('new', now())");

  EXPECT_EQ(postgres::prune_ledger(admin, std::chrono::hours{24}), 1U);

  EXPECT_EQ(server->ask("SELECT key FROM holdfast_commits"), "new");
}

TEST_F(PostgresClosure, AWriteWhoseWaitForTheStandbysWasCutIsInDoubt) {
  server->add_settings({"synchronous_standby_names = 'nobody'"});
  server->reload();
  auto link = server->connect();
  auto const give_up = std::chrono::steady_clock::now() + 10s;
  auto const write = [&] {
    link.limit({.deadline = std::chrono::steady_clock::now() + 500ms});
    return link.execute("INSERT INTO mark SELECT count(*) FROM mark");
  };

  // Sessions wait for standbys once the checkpointer has read the settings, which no query tells.
  auto done = write();
  while (done && std::chrono::steady_clock::now() < give_up) done = write();

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().category, category::in_doubt);
}

TEST_F(PostgresClosure, AnIdleSessionIsClosedWhileOthersAreUsed) {
  postgres::pool const on{{.server = {.conninfo = server->conninfo()}, .max_idle = 100ms}};
  {
    std::vector<postgres::lease> burst;
    for (int each = 0; each < 5; ++each) burst.push_back(on.borrow().value());
  }
  EXPECT_EQ(on.stats().idle, 5U);

  std::this_thread::sleep_for(150ms);
  for (int each = 0; each < 10; ++each) ASSERT_TRUE(on.borrow());

  EXPECT_EQ(on.stats().idle, 1U);
}

TEST_F(PostgresClosure, TooManyParametersAreRefusedBeforeTheyAreSent) {
  auto link = server->connect();
  std::vector<postgres::parameter> const many(65'536, postgres::parameter{1});

  auto const done = link.run({"SELECT 1", many}, postgres::effect::writes);

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code.value.view(), "54000");
  EXPECT_TRUE(link.is_usable());
}

}  // namespace
