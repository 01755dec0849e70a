#include "holdfast/base/random.hpp"
#include "holdfast/chaos/proxy.hpp"
#include "holdfast/connect/postgres/ledger.hpp"
#include "holdfast/connect/postgres/transact.hpp"
#include "holdfast/drive/guard.hpp"
#include "postgres_server.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

namespace {

using namespace holdfast;
using namespace postgres_tests;
using namespace std::chrono_literals;

constexpr int accounts = 50;
constexpr int threads = 8;

int transfers() {
  char const* const asked = std::getenv("TRANSFERS");  // NOLINT(*-mt-unsafe)
  return asked != nullptr ? std::atoi(asked) : 2000;
}

/// How commits in doubt were resolved, and in how many milliseconds.
class resolutions {
 public:
  void add(int id, postgres::commit_doubt const& doubt) {
    if (!doubt.arose) return;
    std::string how = doubt.outcome == resolved::happened         ? "committed"
                      : doubt.outcome == resolved::did_not_happen ? "rolled back"
                                                                  : "in doubt";
    how += " by " + std::string{enum_name(doubt.by)} + (doubt.fenced ? ", fenced" : "");
    std::lock_guard const lock{mutex_};
    last_[id] = doubt;
    took_[how].push_back(static_cast<long>(doubt.took / 1ms));
    in_doubt_ += doubt.outcome == resolved::still_in_doubt ? 1 : 0;
  }
  [[nodiscard]] int in_doubt() const { return in_doubt_; }
  [[nodiscard]] std::size_t count() const {
    std::size_t sum = 0;
    for (auto const& [how, times] : took_) sum += times.size();
    return sum;
  }
  /// What was made of a transfer that is not there.
  [[nodiscard]] std::string about(int id) const {
    auto const found = last_.find(id);
    if (found == last_.end()) return "its COMMIT was answered";
    postgres::commit_mark const& mark = found->second.mark;
    return describe(found->second) + "; xid " + mark.xid + ", checkpoint " + mark.checkpoint +
           ", counts since " + std::to_string(mark.counts_since);
  }
  void print() {
    for (auto& [how, times] : took_) {
      std::sort(times.begin(), times.end());
      std::printf("  %-28s %4zu times, median %5ld ms, most %5ld ms\n", how.c_str(), times.size(),
                  times[times.size() / 2], times.back());
    }
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<long>> took_;
  std::map<int, postgres::commit_doubt> last_;
  int in_doubt_ = 0;
};

/// Cuts connections and kills backends and servers until it is told to stop.
class havoc {
 public:
  /// @param finished transfers so far: after each quarter of them the server is killed
  havoc(postgres_server& server, chaos_proxy& proxy, std::atomic<int> const& finished)
      : server_{server}, proxy_{proxy}, finished_{finished} {
    thread_ = std::jthread{[this](std::stop_token const& stop) { run(stop); }};
  }
  void stop() {
    thread_.request_stop();
    thread_.join();
  }
  void print() const {
    for (auto const& [what, count] : done_) std::printf("  %-28s %4d times\n", what.c_str(), count);
    std::printf("  cut at a random byte         %4llu times\n",
                static_cast<unsigned long long>(proxy_.stats().count(proxy_fault_kind::cut)));
  }
  [[nodiscard]] int server_kills() const {
    auto const found = done_.find("server and all backends killed");
    return found == done_.end() ? 0 : found->second;
  }

 private:
  void run(std::stop_token const& stop) {
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds{40 + static_cast<int>(chance_() % 80)});
      ++rounds_;
      switch (chance_() % 5) {
        case 0: end_all("all links cut", proxy_fault_kind::cut); break;
        case 1: end_all("all links reset", proxy_fault_kind::reset); break;
        case 2: end_all("all links half-open", proxy_fault_kind::half_open); break;
        case 3: kill_backend(); break;
        default: break;
      }
      if (finished_ >= transfers() * (server_kills_ + 1) / 4 && server_kills_ < 3) kill_server();
    }
  }
  void end_all(char const* what, proxy_fault_kind how) {
    proxy_.end_all(how, how == proxy_fault_kind::half_open ? proxy_sides::none : proxy_sides::both);
    ++done_[what];
  }
  /// Which makes the server reset all sessions.
  void kill_backend() {
    if (rounds_ % 3 != 0) return;
    auto link = postgres::connection::open({.conninfo = server_.conninfo()}, {.deadline = in(2s)});
    if (!link) return;
    auto const pid = link->read(
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> "
        "pg_backend_pid() AND backend_xid IS NOT NULL LIMIT 1");
    if (!pid || pid->empty()) return;
    auto const victim = static_cast<pid_t>(pid->integer(0, 0).value());
    ::kill(victim, SIGKILL);
    // The server takes no sessions from when it has noticed until all of them are reset.
    while (::kill(victim, 0) == 0) std::this_thread::sleep_for(1ms);
    ++done_["one backend killed"];
  }
  void kill_server() {
    ++server_kills_;
    server_.kill_all();
    server_.start();
    ++done_["server and all backends killed"];
  }
  static instant in(duration time) { return std::chrono::steady_clock::now() + time; }

  postgres_server& server_;
  chaos_proxy& proxy_;
  std::atomic<int> const& finished_;
  int server_kills_ = 0;
  int rounds_ = 0;
  random_bits chance_{20261130};
  std::map<std::string, int> done_;
  std::jthread thread_;
};

enum class way { xid_alone, ledger, pooler };

class ExactlyOnce : public testing::TestWithParam<way> {
 protected:
  void SetUp() override {
    if (!has_postgres()) GTEST_SKIP() << "PostgreSQL 15 is not installed";
    server = std::make_unique<postgres_server>();
    server->ask("CREATE TABLE account (id int PRIMARY KEY, sum bigint NOT NULL)");
    server->ask("INSERT INTO account SELECT i, 1000000 FROM generate_series(1, " +
                std::to_string(accounts) + ") i");
    // Without a key, so that one that is in twice is seen.
    server->ask("CREATE TABLE transfer (id int, source int, target int, amount int)");
    auto admin = server->connect();
    ASSERT_TRUE(postgres::create_ledger(admin));
  }

  /// Each thread makes every eighth transfer, each until it is done.
  void make_transfers(postgres::pool const& on, bool ledger) {
    guard const write{"db.transfer",
                      retry{.max_attempts = 1000, .initial_delay = 5ms, .max_delay = 200ms},
                      budget{.capacity = off}, attempt_timeout{1500ms}, operation_kind::database};
    postgres::transaction_options options;
    if (ledger) options.ledger = "";
    std::vector<std::jthread> all;
    all.reserve(threads);
    for (int thread = 0; thread < threads; ++thread) {
      all.emplace_back([&, thread] {
        random_bits chance{static_cast<std::uint64_t>(thread) + 1};
        for (int id = thread; id < transfers(); id += threads)
          transfer(on, write, options, id, chance);
      });
    }
  }

  void transfer(postgres::pool const& on, guard const& write,
                postgres::transaction_options const& options, int id, random_bits& chance) {
    int const source = static_cast<int>(chance() % accounts) + 1;
    int const target = source % accounts + 1;
    int const amount = static_cast<int>(chance() % 100) + 1;
    auto const done = write([&](attempt const& now) {
      postgres::commit_doubt doubt;
      auto bounded = options.within(now);
      bounded.doubt = &doubt;
      auto result =
          postgres::transact(on, bounded, [&](postgres::transaction& t) -> expected<void, failure> {
            static postgres::statement const note{"INSERT INTO transfer VALUES ($1, $2, $3, $4)"};
            static postgres::statement const move{
                "UPDATE account SET sum = sum + $2 WHERE id = $1"};
            auto noted = t.execute(note, id, source, target, amount);
            if (!noted) return unexpected{noted.error()};
            auto taken = t.execute(move, source, -amount);
            if (!taken) return unexpected{taken.error()};
            auto given = t.execute(move, target, amount);
            if (!given) return unexpected{given.error()};
            return {};
          });
      how.add(id, doubt);
      if (doubt.arose && doubt.outcome == resolved::still_in_doubt) {
        std::printf("%s\n", describe(doubt).c_str());
      }
      return result;
    });
    ++finished;
    if (!done) {
      ++failed;
      std::lock_guard const lock{told};
      std::printf("transfer %d: %s\n", id, describe(done.error()).c_str());
    }
  }

  std::unique_ptr<postgres_server> server;
  resolutions how;
  std::atomic<int> failed{0};
  std::atomic<int> finished{0};
  std::mutex told;
};

TEST_P(ExactlyOnce, EveryTransferIsInOnceWhileLinksAreCutAndServersKilled) {
  bool const pooled = GetParam() == way::pooler;
  if (pooled && !has_pgbouncer()) GTEST_SKIP() << "pgbouncer is not installed";
  auto const pooler = pooled ? std::make_unique<pgbouncer>(*server) : nullptr;
  auto plan = parse_proxy_plan(
      "faults: [{kind: cut, at_byte: 2000, at_byte_spread: 60000, direction: both}]", "test");
  ASSERT_TRUE(plan);
  auto const to = pooled ? "127.0.0.1:" + std::to_string(pooler->port()) : server->socket_address();
  auto proxy = chaos_proxy::open({.to = to, .seed = 11}, *plan);
  ASSERT_TRUE(proxy);
  postgres::pool const on{{.server = {.conninfo = server->tcp_conninfo(proxy->port()),
                                      .connect_timeout = 1s,
                                      .behind_pooler = pooled},
                           .max_size = threads}};
  havoc wrecker{*server, *proxy, finished};

  auto const began = std::chrono::steady_clock::now();
  make_transfers(on, GetParam() == way::ledger);
  wrecker.stop();
  server->wait_until_ready();

  auto const took = std::chrono::steady_clock::now() - began;
  std::printf("%d transfers in %.1f s; commits in doubt: %zu\n", transfers(),
              std::chrono::duration<double>(took).count(), how.count());
  wrecker.print();
  how.print();
  EXPECT_GE(wrecker.server_kills(), 2);
  EXPECT_GT(how.count(), 0U);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(how.in_doubt(), 0);
  auto link = server->connect();
  auto const missing = link.read(
      "SELECT i FROM generate_series(0, $1::int - 1) i"
      " WHERE NOT EXISTS (SELECT FROM transfer WHERE id = i)",
      transfers());
  ASSERT_TRUE(missing);
  for (std::size_t row = 0; row < missing->size(); ++row) {
    auto const id = static_cast<int>(missing->integer(row, 0).value());
    ADD_FAILURE() << "transfer " << id << " is lost: " << how.about(id);
  }
  EXPECT_EQ(server->ask("SELECT count(*) FROM transfer"), std::to_string(transfers()));
  EXPECT_EQ(server->ask("SELECT count(DISTINCT id) FROM transfer"), std::to_string(transfers()));
  EXPECT_EQ(server->ask("SELECT sum(sum) FROM account"), std::to_string(accounts * 1000000));
  EXPECT_EQ(server->ask("SELECT count(*) FROM account a WHERE sum <> 1000000"
                        " + (SELECT coalesce(sum(amount), 0) FROM transfer WHERE target = a.id)"
                        " - (SELECT coalesce(sum(amount), 0) FROM transfer WHERE source = a.id)"),
            "0");
  if (GetParam() == way::ledger) {
    EXPECT_EQ(server->ask("SELECT count(*) FROM holdfast_commits"), std::to_string(transfers()));
  }
}

INSTANTIATE_TEST_SUITE_P(ByEachWay, ExactlyOnce,
                         testing::Values(way::xid_alone, way::ledger, way::pooler),
                         [](auto const& each) {
                           return each.param == way::ledger   ? "Ledger"
                                  : each.param == way::pooler ? "BehindPgbouncer"
                                                              : "XidAlone";
                         });

}  // namespace
