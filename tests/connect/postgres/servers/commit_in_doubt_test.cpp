#include "holdfast/chaos/proxy.hpp"
#include "holdfast/connect/postgres/ledger.hpp"
#include "holdfast/connect/postgres/transact.hpp"
#include "postgres_server.hpp"
#include "robusttransaction.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <functional>
#include <future>
#include <thread>

#include <gtest/gtest.h>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;

std::string const at_commit = "message: Q, containing: commit, any_case: true, times: 1, ";

class CommitInDoubt : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_postgres()) GTEST_SKIP() << "PostgreSQL 15 is not installed";
    server = std::make_unique<postgres_server>();
    server->ask("CREATE TABLE mark (n int)");
    auto admin = server->connect();
    ASSERT_TRUE(postgres::create_ledger(admin));
    open_proxy();
  }

  void open_proxy() {
    auto plan = parse_proxy_plan("protocol: postgres", "test");
    ASSERT_TRUE(plan);
    auto opened = chaos_proxy::open({.to = server->socket_address(), .seed = 7}, *plan);
    ASSERT_TRUE(opened);
    proxy = std::make_unique<chaos_proxy>(std::move(*opened));
  }
  void add(std::string const& fault) const {
    ASSERT_TRUE(proxy->add_text("faults: [{" + fault + "}]"));
  }
  [[nodiscard]] std::string through_proxy() const { return server->tcp_conninfo(proxy->port()); }
  [[nodiscard]] postgres::pool pool() const {
    return postgres::pool{{.server = {.conninfo = through_proxy()}}};
  }
  [[nodiscard]] std::string rows() const { return server->ask("SELECT count(*) FROM mark"); }

  /// Inserts one row in a transaction of its own, and fills `doubt`.
  expected<void, failure> insert(postgres::transaction_options options = {}) {
    options.doubt = &doubt;
    if (options.limits.deadline == never_reached) {
      options.limits.deadline = std::chrono::steady_clock::now() + 2s;
    }
    return postgres::transact(pool(), options,
                              [&](postgres::transaction& t) -> expected<void, failure> {
                                auto const done = t.execute("INSERT INTO mark VALUES (1)");
                                if (!done) return unexpected{done.error()};
                                if (before_commit) before_commit();
                                return {};
                              });
  }

  /// An insert whose COMMIT does not arrive, while nobody can ask what came of it.
  std::future<expected<void, failure>> lose_the_commit() {
    add(at_commit + "kind: request_lost, closes: client");
    before_commit = [this] { add("kind: refuse"); };
    auto run = std::async(std::launch::async, [this] { return insert(); });
    while (proxy->stats().count(proxy_fault_kind::request_lost) == 0) {
      std::this_thread::sleep_for(5ms);
    }
    return run;
  }
  /// @return the xid of a transaction that committed since
  std::string crash_and_give_the_xid_out_again() const {
    server->kill_all();
    server->start();
    return server->ask("SELECT pg_current_xact_id()");
  }

  std::unique_ptr<postgres_server> server;
  std::unique_ptr<chaos_proxy> proxy;
  postgres::commit_doubt doubt;
  std::function<void()> before_commit;
};

TEST_F(CommitInDoubt, ALostAnswerIsFoundOutToHaveBeenACommit) {
  add(at_commit + "kind: answer_lost");

  auto const done = insert();

  EXPECT_TRUE(done) << describe(done.error());
  EXPECT_EQ(rows(), "1");
  EXPECT_TRUE(doubt.arose);
  EXPECT_EQ(doubt.by, postgres::answered_by::xid);
}

TEST_F(CommitInDoubt, ALostRequestIsFoundOutToHaveBeenNone) {
  add(at_commit + "kind: request_lost");

  auto const done = insert();

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().advice, advice::after_reconnect);
  EXPECT_NE(done.error().category, category::in_doubt);
  EXPECT_EQ(rows(), "0");
  EXPECT_EQ(doubt.outcome, resolved::did_not_happen);
}

TEST_F(CommitInDoubt, AHalfOpenLinkIsFencedBeforeItIsAskedAgain) {
  add(at_commit + "kind: request_lost, closes: client");

  auto const done = insert();

  ASSERT_FALSE(done);
  EXPECT_TRUE(doubt.fenced);
  EXPECT_EQ(doubt.outcome, resolved::did_not_happen);
  EXPECT_EQ(rows(), "0");
  EXPECT_EQ(server->ask("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%'"), "0");
}

TEST_F(CommitInDoubt, AnAnswerThatNeverComesIsFoundOutAtTheDeadline) {
  add("message: C, containing: COMMIT, times: 1, kind: half_open, direction: to_client");

  auto const done = insert();

  EXPECT_EQ(done.has_value(), rows() == "1");
  EXPECT_TRUE(doubt.arose);
  EXPECT_NE(doubt.outcome, resolved::still_in_doubt);
}

TEST_F(CommitInDoubt, ABackendThatIsKilledBeforeItCommitsHasNotCommitted) {
  add(at_commit + "kind: request_lost, closes: client");
  std::string pid;
  before_commit = [&] {
    pid = server->ask("SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction'");
  };
  auto killing = std::async(std::launch::async, [&] {
    while (proxy->stats().count(proxy_fault_kind::request_lost) == 0) {
      std::this_thread::sleep_for(5ms);
    }
    ::kill(static_cast<pid_t>(std::stol(pid)), SIGKILL);
  });

  auto const done = insert();

  killing.get();
  ASSERT_FALSE(done);
  EXPECT_EQ(doubt.outcome, resolved::did_not_happen) << describe(doubt);
  EXPECT_EQ(rows(), "0");
}

TEST_F(CommitInDoubt, AnXidThatWasGivenToAnotherAfterACrashIsNotTakenForOurs) {
  auto run = lose_the_commit();

  std::string const others = crash_and_give_the_xid_out_again();
  proxy->clear();
  auto const done = run.get();

  ASSERT_FALSE(done) << "xid " << doubt.mark.xid << ", others " << others;
  EXPECT_EQ(doubt.mark.xid, others) << "the server did not give the xid out again";
  EXPECT_EQ(doubt.outcome, resolved::did_not_happen);
  EXPECT_EQ(rows(), "0");
}

/// The checkpoint of the shutdown hides the one that ended the recovery.
TEST_F(CommitInDoubt, AnXidThatWasGivenToAnotherIsNotTakenForOursAfterAShutdownEither) {
  auto run = lose_the_commit();

  std::string const others = crash_and_give_the_xid_out_again();
  server->stop();
  server->start();
  proxy->clear();
  auto const done = run.get();

  ASSERT_FALSE(done) << "xid " << doubt.mark.xid << ", others " << others;
  EXPECT_EQ(doubt.outcome, resolved::still_in_doubt);  // the ledger would know
  EXPECT_EQ(rows(), "0");
}

TEST_F(CommitInDoubt, AServerThatCrashedAfterTheCommitStillTellsIt) {
  add(at_commit + "kind: answer_lost");
  before_commit = [&] { add("kind: refuse"); };
  auto run = std::async(std::launch::async, [&] { return insert(); });
  while (rows() != "1") std::this_thread::sleep_for(5ms);  // it is committed, so on the disk

  server->kill_all();
  server->start();
  proxy->clear();
  auto const done = run.get();

  EXPECT_TRUE(done) << describe(done.error());
  EXPECT_EQ(doubt.by, postgres::answered_by::xid);
  EXPECT_EQ(rows(), "1");
}

TEST_F(CommitInDoubt, LibpqxxStandsBesideItOnTheSameCuts) {
  struct cut {
    char const* what;
    std::string fault;
  };
  std::array<cut, 3> const cuts{{{"answer lost", "kind: answer_lost"},
                                 {"request lost", "kind: request_lost"},
                                 {"half-open", "kind: request_lost, closes: client"}}};
  std::printf("%-14s %-34s %-10s %s\n", "cut at COMMIT", "transact", "took", "robusttransaction");
  for (auto const& each : cuts) {
    add(at_commit + each.fault);
    auto const before = rows();
    auto const done = insert();
    bool const there = rows() != before;
    EXPECT_EQ(done.has_value(), there);
    proxy->clear();
    add(at_commit + each.fault);
    auto const theirs = run_robusttransaction(through_proxy(), "INSERT INTO mark VALUES (2)");
    proxy->clear();
    std::printf("%-14s %-34s %5ld ms   %s\n", each.what,
                done ? "committed, and says so" : "rolled back, and says so",
                static_cast<long>(doubt.took / 1ms), theirs.c_str());
  }
}

}  // namespace
