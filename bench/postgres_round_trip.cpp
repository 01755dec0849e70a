// postgres_round_trip CONNINFO: a guarded prepared statement beside bare libpq, in turns on one
// server; and the borrow and return of a pooled session. bench/postgres_bench.py starts the server.

#include "holdfast/connect/postgres/pool.hpp"
#include "holdfast/drive/guard.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <libpq-fe.h>

namespace {

using namespace holdfast;

constexpr int rounds = 101;
constexpr int calls = 400;  // of each kind in a round
constexpr int borrows = 100'000;
char const* const sql = "SELECT $1::int + 1";

struct deleter {
  void operator()(PGconn* link) const noexcept { PQfinish(link); }
  void operator()(PGresult* answer) const noexcept { PQclear(answer); }
};

[[noreturn]] void give_up(std::string const& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);  // NOLINT(*-mt-unsafe)
}

/// Microseconds for each call.
template <class Call>
double timed(int count, Call const& call) {
  auto const began = std::chrono::steady_clock::now();
  for (int each = 0; each < count; ++each) call(each);
  std::chrono::duration<double, std::micro> const took = std::chrono::steady_clock::now() - began;
  return took.count() / count;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) give_up("usage: postgres_round_trip CONNINFO");
  std::unique_ptr<PGconn, deleter> const bare{PQconnectdb(argv[1])};
  std::unique_ptr<PGresult, deleter>{PQprepare(bare.get(), "bare", sql, 0, nullptr)};
  auto ours = postgres::connection::open({.conninfo = argv[1]});
  if (!ours) give_up(describe(ours.error()));
  postgres::statement const next{sql};
  guard const lookup{"bench.lookup", retry{}, breaker{}, attempt_timeout{std::chrono::seconds{5}},
                     operation_kind::database};

  auto const call_bare = [&](int each) {
    std::string const value = std::to_string(each);
    char const* const values = value.c_str();
    std::unique_ptr<PGresult, deleter> const answer{
        PQexecPrepared(bare.get(), "bare", 1, &values, nullptr, nullptr, 0)};
    if (std::atoi(PQgetvalue(answer.get(), 0, 0)) != each + 1) give_up("a wrong answer");
  };
  auto const call_guarded = [&](int each) {
    auto const answer = lookup([&](attempt const& now) {
      ours->limit(postgres::limits_of(now));
      return ours->read(next, each);
    });
    if (!answer || answer->integer(0, 0) != each + 1) give_up("a wrong answer");
  };
  timed(calls, call_bare);
  timed(calls, call_guarded);
  std::vector<double> bare_times;
  std::vector<double> guarded_times;
  for (int round = 0; round < rounds; ++round) {  // in turns, so that both see the same machine
    bare_times.push_back(timed(calls, call_bare));
    guarded_times.push_back(timed(calls, call_guarded));
  }
  double const without = median(bare_times);
  double const with = median(guarded_times);
  std::printf("prepared statement: libpq %.2f us, guarded %.2f us, ratio %.3f\n", without, with,
              with / without);

  postgres::pool const pool{{.server = {.conninfo = argv[1]}}};
  auto const borrow = [&](int /*each*/) {
    auto lent = pool.borrow();
    if (!lent) give_up(describe(lent.error()));
  };
  timed(borrows, borrow);
  std::vector<double> borrow_times;
  for (int round = 0; round < 11; ++round) borrow_times.push_back(timed(borrows, borrow));
  std::printf("borrow and return of a pooled session: %.0f ns\n", 1000 * median(borrow_times));
}
