// A guard around libpqxx 6.4, Debian 12's: its exceptions are named once, and what was thrown while
// connecting is known to have sent nothing.

#include <holdfast/classify/pqxx.hpp>
#include <holdfast/holdfast.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <pqxx/pqxx>

namespace {

std::chrono::milliseconds time_left(holdfast::attempt const& now) {
  using std::chrono::milliseconds;
  auto const left = holdfast::elapsed(std::chrono::steady_clock::now(), now.deadline());
  return std::clamp(std::chrono::ceil<milliseconds>(left), milliseconds{1},
                    milliseconds{std::chrono::hours{1}});
}

/// connect_timeout counts whole seconds, and takes 1 for 2.
std::unique_ptr<pqxx::connection> open(std::string const& dsn, holdfast::attempt const& now) {
  auto const seconds = std::chrono::ceil<std::chrono::seconds>(time_left(now)).count();
  try {
    return std::make_unique<pqxx::connection>(dsn + " connect_timeout=" + std::to_string(seconds));
  } catch (pqxx::broken_connection const& refused) {
    throw holdfast::failure_error{classify_pqxx(refused, holdfast::phase::not_sent)};
  }
}

/// Within pqxx::work a lost link has rolled everything back; a lost COMMIT is thrown as
/// in_doubt_error by libpqxx itself, and the guard never repeats that.
int count_orders(std::string const& dsn, holdfast::attempt const& now) {
  auto const link = open(dsn, now);
  pqxx::work work{*link};
  work.exec("SET LOCAL statement_timeout = " + std::to_string(time_left(now).count()));
  int const count = work.exec1("SELECT 42")[0].as<int>();
  work.commit();
  return count;
}

}  // namespace

int main() {
  using namespace std::chrono_literals;
  holdfast::guard const orders{"orders.db", holdfast::retry{.initial_delay = 10ms},
                               holdfast::breaker{}, holdfast::attempt_timeout{3s},
                               holdfast::classifies<pqxx::conversion_error, pqxx::failure>{}};

  holdfast::story story;
  try {
    int const count = orders.with({.story = &story})([](holdfast::attempt const& now) {
      return count_orders("host=127.0.0.1 port=1 dbname=orders user=app", now);
    });
    std::printf("%d orders\n", count);
  } catch (std::exception const& error) {
    std::printf("attempts: %d\n", story.attempts);
    std::printf("%s\n", holdfast::redacted(error.what()).c_str());
  }
}
