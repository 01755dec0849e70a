// libpq_words RAW DSN [SQL]: has a guard fail with what libpq says, by a result and by exceptions,
// and prints every text that leaves the guard. What libpq itself said goes to the file RAW.

#include "holdfast/classify/sqlstate.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/redact/redact.hpp"

#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include <libpq-fe.h>

namespace words {

struct sql_trouble : std::runtime_error {
  using std::runtime_error::runtime_error;
};

holdfast::failure failure_of(sql_trouble const& thrown) {
  return holdfast::classify_sqlstate(
      {.sqlstate = "", .how_far = holdfast::phase::not_sent, .message = thrown.what()});
}

}  // namespace words

namespace {

using namespace holdfast;

/// What libpq says of a connection, or of a statement on it; empty where all went well.
std::string say(char const* dsn, char const* sql) {
  std::unique_ptr<PGconn, decltype(&PQfinish)> const link{PQconnectdb(dsn), &PQfinish};
  if (PQstatus(link.get()) != CONNECTION_OK || sql == nullptr) return PQerrorMessage(link.get());
  std::unique_ptr<PGresult, decltype(&PQclear)> const answer{PQexec(link.get(), sql), &PQclear};
  return PQresultErrorMessage(answer.get());
}

void show(std::string_view what, std::string_view text) {
  if (!text.empty()) std::cout << what << ": " << text << '\n';
}

void show_all(event const& what) {
  show("event", enum_name(what.kind));
  if (what.seen != nullptr) show("seen", describe(*what.seen));
  if (what.context != nullptr) show("context", describe(*what.context));
  if (what.told != nullptr) show("told", describe(*what.told, what.operation));
  if (what.changed != nullptr) {
    show("why", what.changed->why.view());
    show("cause", describe_cause(*what.changed));
  }
}

/// Calls until the circuit opens, and once more.
template <class Call>
void fail_in(std::string const& name, Call const& call) {
  guard const failing{name, retry{.max_attempts = 2, .initial_delay = std::chrono::milliseconds{1}},
                      breaker{.failure_threshold = 2}, classifies<words::sql_trouble>{}};
  failing.on_event(show_all);
  story told;
  failure_context context;
  for (int i = 0; i < 3; ++i) {
    try {
      call(failing.with({.story = &told, .context = &context}));
    } catch (rejected const& refused) {
      show("rejected", refused.what());
    } catch (std::exception const& thrown) {
      show("exception", redacted(thrown.what()));  // the caller's own, by the caller's choke point
    }
    show("story", describe(told, name));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  char const* const sql = argc > 3 ? argv[3] : nullptr;
  std::string const said = say(argv[2], sql);
  std::ofstream{argv[1]} << said;
  if (said.empty()) return 0;

  fail_in("result", [&](auto const& guarded) {
    auto const seen = guarded([&](attempt const& now) -> expected<int, failure> {
      now.context()->server.detail = std::string_view{said};
      return unexpected{
          classify_sqlstate({.sqlstate = "", .how_far = phase::not_sent, .message = said})};
    });
    if (!seen) show("error", redacted(describe(seen.error())));
  });
  fail_in("exception",
          [&](auto const& guarded) { guarded([&]() -> int { throw std::runtime_error{said}; }); });
  fail_in("own exception",
          [&](auto const& guarded) { guarded([&]() -> int { throw words::sql_trouble{said}; }); });
  return 1;
}
