#include "holdfast/chaos/proxy.hpp"
#include "holdfast/connect/postgres/ledger.hpp"
#include "holdfast/connect/postgres/transact.hpp"
#include "holdfast/drive/guard.hpp"
#include "postgres_server.hpp"

#include <atomic>
#include <cstdio>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include <gtest/gtest.h>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;

/// Both servers, for one that leads.
std::string leader_of(postgres_server const& one, postgres_server const& other) {
  return "host=" + one.folder_path() + "," + other.folder_path() +
         " port=" + std::to_string(one.port()) + "," + std::to_string(other.port()) +
         " user=app dbname=postgres target_session_attrs=read-write";
}

void wait_until(postgres_server const& server, std::string const& condition) {
  while (server.ask("SELECT " + condition) != "t") std::this_thread::sleep_for(10ms);
}

class Failover : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_postgres()) GTEST_SKIP() << "PostgreSQL 15 is not installed";
    primary = std::make_unique<postgres_server>(
        std::vector<std::string>{"wal_level = replica", "max_wal_senders = 4"});
    primary->ask("CREATE TABLE mark (n int)");
    auto admin = primary->connect();
    ASSERT_TRUE(postgres::create_ledger(admin));
    standby = postgres_server::standby_of(*primary, "standby");
  }
  void make_synchronous() const {
    primary->add_settings({"synchronous_standby_names = 'standby'"});
    primary->reload();
    wait_until(*primary, "count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'");
  }

  std::unique_ptr<postgres_server> primary;
  std::unique_ptr<postgres_server> standby;
};

TEST_F(Failover, NothingAcknowledgedIsLostWhereTheStandbyIsSynchronous) {
  make_synchronous();
  postgres::pool const on{
      {.server = {.conninfo = leader_of(*primary, *standby), .connect_timeout = 1s}}};
  guard const write{"db.mark",
                    retry{.max_attempts = 1000, .initial_delay = 10ms, .max_delay = 200ms},
                    budget{.capacity = off}, attempt_timeout{2s}, operation_kind::database};
  std::mutex mutex;
  std::set<int> acknowledged;
  int doubtful = 0;
  std::atomic<int> next{0};
  std::atomic<bool> promoted{false};
  std::atomic<int> after_promotion{0};
  auto const writer = [&](std::stop_token const& stop) {
    while (!stop.stop_requested()) {
      int const n = ++next;
      auto const done = write([&](attempt const& now) {
        return postgres::transact(on, postgres::transaction_options{.ledger = ""}.within(now),
                                  [&](postgres::transaction& t) -> expected<void, failure> {
                                    auto const put = t.execute("INSERT INTO mark VALUES ($1)", n);
                                    if (!put) return unexpected{put.error()};
                                    return {};
                                  });
      });
      std::lock_guard const lock{mutex};
      if (done) acknowledged.insert(n);
      if (!done && done.error().category == category::in_doubt) ++doubtful;
      if (done && promoted) ++after_promotion;
    }
  };
  std::vector<std::jthread> writers;
  writers.reserve(4);
  for (int each = 0; each < 4; ++each) writers.emplace_back(writer);
  std::this_thread::sleep_for(1s);

  auto const began = std::chrono::steady_clock::now();
  primary->kill_all();
  standby->promote();
  promoted = true;
  while (after_promotion < 20 && std::chrono::steady_clock::now() - began < 20s) {
    std::this_thread::sleep_for(10ms);
  }
  auto const took = std::chrono::steady_clock::now() - began;
  for (auto& each : writers) each.request_stop();
  writers.clear();

  std::printf("%zu rows acknowledged, %d in doubt; 20 on the new leader %.2f s after the kill\n",
              acknowledged.size(), doubtful, std::chrono::duration<double>(took).count());
  EXPECT_GE(after_promotion, 20);
  EXPECT_EQ(doubtful, 0);
  auto link = standby->connect();
  auto const there = link.read("SELECT n, count(*) FROM mark GROUP BY n");
  ASSERT_TRUE(there);
  std::set<int> found;
  for (std::size_t row = 0; row < there->size(); ++row) {
    found.insert(static_cast<int>(there->integer(row, 0).value()));
    EXPECT_EQ(there->integer(row, 1), 1) << "row " << there->text(row, 0) << " is in twice";
  }
  for (int const each : acknowledged) EXPECT_TRUE(found.contains(each)) << "lost: " << each;
}

/// One commit whose answer is lost on a primary that is then gone, while its standby has not got
/// it, is promoted and gives the same xid to another.
struct missed_commit {
  expected<void, failure> done{};
  postgres::commit_doubt doubt{};
  std::string others_xid{};
};

missed_commit miss_a_commit(postgres_server& primary, postgres_server& standby, bool ledger) {
  missed_commit seen;
  auto plan = parse_proxy_plan("protocol: postgres", "test");
  auto proxy = chaos_proxy::open({.to = primary.socket_address(), .seed = 7}, *plan);
  std::string const hosts =
      "host=127.0.0.1," + standby.folder_path() + " port=" + std::to_string(proxy->port()) + "," +
      std::to_string(standby.port()) + " user=app dbname=postgres target_session_attrs=read-write";
  standby.ask("SELECT pg_wal_replay_pause()");
  // Stops the standby from receiving, too: what it has not got, it will not get.
  primary.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_replication");
  primary.add_settings({"max_wal_senders = 0"});
  standby.ask("ALTER SYSTEM SET primary_conninfo = ''");
  standby.reload();
  wait_until(primary, "count(*) = 0 FROM pg_stat_replication");

  postgres::transaction_options options{.resolve_timeout = 60s, .doubt = &seen.doubt};
  if (ledger) options.ledger = "missed";
  auto run = std::async(std::launch::async, [&] {
    postgres::pool const on{{.server = {.conninfo = hosts, .connect_timeout = 1s}}};
    return postgres::transact(
        on, options, [&](postgres::transaction& t) -> expected<void, failure> {
          auto const put = t.execute("INSERT INTO mark VALUES (42)");
          if (!put) return unexpected{put.error()};
          std::string const fault =
              "faults: [{message: Q, containing: commit, any_case: true, kind: answer_lost}, "
              "{kind: refuse}]";
          EXPECT_TRUE(proxy->add_text(fault));
          return {};
        });
  });
  while (proxy->stats().count(proxy_fault_kind::answer_lost) == 0) {
    std::this_thread::sleep_for(5ms);
  }
  while (primary.ask("SELECT count(*) FROM mark") != "1") std::this_thread::sleep_for(5ms);
  primary.kill_all();
  standby.ask("SELECT pg_wal_replay_resume()");
  standby.promote();
  for (int each = 0; each < 10; ++each) {
    seen.others_xid =
        standby.ask("CREATE TABLE IF NOT EXISTS other (); SELECT pg_current_xact_id()");
  }
  seen.done = run.get();
  return seen;
}

TEST_F(Failover, ACommitThatAStandbyMissedIsNeverSaidToBeCommitted) {
  auto const seen = miss_a_commit(*primary, *standby, false);

  ASSERT_FALSE(seen.done);
  EXPECT_EQ(seen.done.error().category, category::in_doubt);
  EXPECT_EQ(seen.doubt.by, postgres::answered_by::nobody);
  EXPECT_EQ(standby->ask("SELECT count(*) FROM mark"), "0");
  EXPECT_GT(std::stoll(seen.others_xid), std::stoll(seen.doubt.mark.xid))
      << "the new leader has given that xid to another";
  std::printf("%s\n", describe(seen.doubt).c_str());
}

TEST_F(Failover, ACommitThatAStandbyMissedIsKnownNotToBeThereByItsLedger) {
  auto const seen = miss_a_commit(*primary, *standby, true);

  ASSERT_FALSE(seen.done);
  EXPECT_EQ(seen.done.error().advice, advice::after_reconnect);
  EXPECT_EQ(seen.doubt.outcome, resolved::did_not_happen);
  EXPECT_EQ(seen.doubt.by, postgres::answered_by::ledger);
}

TEST_F(Failover, ACommitThatWaitsForItsStandbyIsNotTakenForDone) {
  make_synchronous();
  auto plan = parse_proxy_plan("protocol: postgres", "test");
  auto proxy = chaos_proxy::open({.to = primary->socket_address(), .seed = 7}, *plan);
  ASSERT_TRUE(proxy);
  standby->stop();
  postgres::pool const on{{.server = {.conninfo = primary->tcp_conninfo(proxy->port())}}};
  postgres::commit_doubt doubt;

  auto const done =
      postgres::transact(on,
                         {.resolve_timeout = 4s,
                          .limits = {.deadline = std::chrono::steady_clock::now() + 1s},
                          .doubt = &doubt},
                         [&](postgres::transaction& t) -> expected<void, failure> {
                           auto const put = t.execute("INSERT INTO mark VALUES (42)");
                           if (!put) return unexpected{put.error()};
                           return {};
                         });

  // It is committed on the primary, where everybody sees it by now, but a failover would undo it.
  EXPECT_EQ(primary->ask("SET synchronous_commit = local; SELECT count(*) FROM mark"), "1");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().category, category::in_doubt) << describe(doubt);
  EXPECT_TRUE(doubt.fenced);
}

TEST_F(Failover, ACommitThatWaitsForItsStandbyIsDoneWhenItComesBack) {
  make_synchronous();
  standby->stop();
  postgres::pool const on{{.server = {.conninfo = primary->conninfo()}}};
  auto comes_back = std::async(std::launch::async, [&] {
    std::this_thread::sleep_for(2500ms);
    standby->start();
  });
  postgres::commit_doubt doubt;

  auto const done =
      postgres::transact(on,
                         {.resolve_timeout = 30s,
                          .limits = {.deadline = std::chrono::steady_clock::now() + 1s},
                          .doubt = &doubt},
                         [&](postgres::transaction& t) -> expected<void, failure> {
                           auto const put = t.execute("INSERT INTO mark VALUES (42)");
                           if (!put) return unexpected{put.error()};
                           return {};
                         });

  comes_back.get();
  EXPECT_TRUE(done) << describe(doubt);
  EXPECT_EQ(doubt.by, postgres::answered_by::xid);
  EXPECT_EQ(primary->ask("SELECT count(*) FROM mark"), "1");
}

}  // namespace
