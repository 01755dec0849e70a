#include "coroutines.hpp"
#include "holdfast/connect/postgres/async_transact.hpp"
#include "with_server.hpp"

#include <string>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;
using outcome = expected<void, failure>;

std::string const at_commit = "message: Q, containing: commit, any_case: true, times: 1, ";

/// As CommitInDoubt, where the same things happen to the blocking face.
class AsyncCommitInDoubt : public with_server {
 protected:
  void SetUp() override {
    with_server::SetUp();
    if (IsSkipped()) return;
    server->ask("DROP TABLE IF EXISTS mark; CREATE TABLE mark (n int)");
    open_proxy();
  }
  [[nodiscard]] static std::string rows() { return server->ask("SELECT count(*) FROM mark"); }

  /// Inserts one row in a transaction of its own, and fills `doubt` and `done`.
  awaitable<void> insert() {
    postgres::async_pool const pool{{.server = {.conninfo = server->tcp_conninfo(proxy->port())}}};
    postgres::transaction_options const options{.limits = within(2s), .doubt = &doubt};
    done = co_await postgres::transact(
        pool, options, [](postgres::async_transaction& t) -> awaitable<outcome> {
          auto const put = co_await t.execute("INSERT INTO mark VALUES (1)");
          if (!put) co_return unexpected{put.error()};
          co_return outcome{};
        });
    heart.stop();
  }

  loop on_loop;
  heartbeat heart{on_loop};
  postgres::commit_doubt doubt;
  outcome done{};
};

TEST_F(AsyncCommitInDoubt, ALostAnswerIsFoundOutToHaveBeenACommit) {
  fault(at_commit + "kind: answer_lost");

  on_loop.run([&] { return insert(); });

  EXPECT_TRUE(done) << describe(done.error());
  EXPECT_EQ(rows(), "1");
  EXPECT_TRUE(doubt.arose);
  EXPECT_EQ(doubt.by, postgres::answered_by::xid);
}

TEST_F(AsyncCommitInDoubt, ALostRequestIsFoundOutToHaveBeenNone) {
  fault(at_commit + "kind: request_lost");

  on_loop.run([&] { return insert(); });

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().advice, advice::after_reconnect);
  EXPECT_NE(done.error().category, category::in_doubt);
  EXPECT_EQ(rows(), "0");
  EXPECT_EQ(doubt.outcome, resolved::did_not_happen);
}

TEST_F(AsyncCommitInDoubt, AHalfOpenLinkIsFencedBeforeItIsAskedAgain) {
  fault(at_commit + "kind: request_lost, closes: client");

  on_loop.run([&] { return insert(); });

  ASSERT_FALSE(done);
  EXPECT_TRUE(doubt.fenced);
  EXPECT_EQ(doubt.outcome, resolved::did_not_happen);
  EXPECT_EQ(rows(), "0");
}

TEST_F(AsyncCommitInDoubt, AnAnswerThatNeverComesIsFoundOutAtTheDeadline) {
  fault("message: C, containing: COMMIT, times: 1, kind: half_open, direction: to_client");

  on_loop.run([&] { return insert(); });

  EXPECT_EQ(done.has_value(), rows() == "1");
  EXPECT_TRUE(doubt.arose);
  EXPECT_NE(doubt.outcome, resolved::still_in_doubt);
  EXPECT_LT(heart.longest(), 1s);  // a blocked thread would be kept for two
}

TEST_F(AsyncCommitInDoubt, ACancellationDuringTheCommitIsNoAnswerToIt) {
  fault("message: C, containing: COMMIT, times: 1, kind: half_open, direction: to_client");
  boost::asio::cancellation_signal signal;
  on_loop.spawn([&] { return insert(); }, signal);
  on_loop.cancel_after(300ms, signal);
  auto const began = now();

  on_loop.run();

  EXPECT_LT(now() - began, 2s);  // it did not wait for the deadline
  EXPECT_EQ(done.has_value(), rows() == "1");
  EXPECT_TRUE(doubt.arose);
  EXPECT_NE(doubt.outcome, resolved::still_in_doubt);
}

}  // namespace
