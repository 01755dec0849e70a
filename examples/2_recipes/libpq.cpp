// A guard around libpq: who waits, for how long, and what a failure means.
// ORDERS_DSN names the database; without it, one that refuses every connection.

#include <holdfast/holdfast.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include <libpq-fe.h>
#include <poll.h>

namespace {

using holdfast::phase;

template <auto Free>
struct freed_by {
  void operator()(auto* what) const noexcept { Free(what); }
};
using connection = std::unique_ptr<PGconn, freed_by<&PQfinish>>;
using result = std::unique_ptr<PGresult, freed_by<&PQclear>>;

/// Milliseconds until the attempt must have ended, as poll() and statement_timeout want them.
int time_left(holdfast::attempt const& now) {
  using std::chrono::milliseconds;
  auto const left = holdfast::elapsed(std::chrono::steady_clock::now(), now.deadline());
  return static_cast<int>(std::clamp(std::chrono::ceil<milliseconds>(left), milliseconds{0},
                                     milliseconds{std::chrono::hours{1}})
                              .count());
}

/// A connection string that can't be read is never worth a second try; what can be read of it tells
/// the password, which from now on is taken out of every text.
std::optional<holdfast::failure> look_at(std::string const& dsn) {
  char* wrong = nullptr;
  std::unique_ptr<PQconninfoOption, freed_by<&PQconninfoFree>> const options{
      PQconninfoParse(dsn.c_str(), &wrong)};
  std::unique_ptr<char, freed_by<&PQfreemem>> const why{wrong};
  if (!options) {
    holdfast::failure seen = holdfast::plain_failure(holdfast::category::configuration);
    seen.text = std::string_view{why ? why.get() : "out of memory"};
    return seen;
  }
  for (PQconninfoOption const* each = options.get(); each->keyword != nullptr; ++each) {
    bool const is_secret = each->dispchar[0] == '*';
    if (is_secret && each->val != nullptr) holdfast::keep_secret(each->val);
  }
  return std::nullopt;
}

/// libpq has no call that tells the SQLSTATE of a refused login; but with PQERRORS_SQLSTATE the
/// message ends in it: "... failed: FATAL:  28P01".
std::string_view sqlstate_in(std::string_view message) {
  constexpr std::string_view before = ":  ";
  constexpr std::size_t length = 5;
  auto const at = message.rfind(before);
  bool const ends_so =
      at != std::string_view::npos && message.size() == at + before.size() + length;
  return ends_so ? message.substr(at + before.size()) : std::string_view{};
}

/// PQconnectdb counts in whole seconds, and at least two of them; this keeps to the deadline. (Only
/// the search for the host's name can't be ended.)
holdfast::expected<connection, holdfast::failure> open(std::string const& dsn,
                                                       holdfast::attempt const& now) {
  if (auto const wrong = look_at(dsn)) return holdfast::unexpected{*wrong};
  connection link{PQconnectStart(dsn.c_str())};
  PQsetErrorVerbosity(link.get(), PQERRORS_SQLSTATE);
  auto step = PQstatus(link.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (step != PGRES_POLLING_OK) {
    if (step == PGRES_POLLING_FAILED) {
      std::string_view said = PQerrorMessage(link.get());
      while (said.ends_with('\n')) said.remove_suffix(1);
      return holdfast::unexpected{holdfast::classify_sqlstate(
          {.sqlstate = sqlstate_in(said), .how_far = phase::not_sent, .message = said})};
    }
    short const wanted = step == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    pollfd ready{.fd = PQsocket(link.get()), .events = wanted, .revents = 0};
    if (poll(&ready, 1, time_left(now)) == 0) {
      return holdfast::unexpected{holdfast::classify_errno(ETIMEDOUT, phase::not_sent)};
    }
    step = PQconnectPoll(link.get());
  }
  PQsetErrorVerbosity(link.get(), PQERRORS_DEFAULT);
  return link;
}

/// What the server said beside the message travels to events and logs in the context.
void note(PGresult const* from, holdfast::failure_context* into) {
  if (into == nullptr) return;
  auto const field = [from](int which) {
    char const* const text = PQresultErrorField(from, which);
    return std::string_view{text == nullptr ? "" : text};
  };
  into->how_far = phase::awaiting_commit;
  into->server = {.severity = field(PG_DIAG_SEVERITY_NONLOCALIZED),
                  .schema = field(PG_DIAG_SCHEMA_NAME),
                  .table = field(PG_DIAG_TABLE_NAME),
                  .column = field(PG_DIAG_COLUMN_NAME),
                  .data_type = field(PG_DIAG_DATATYPE_NAME),
                  .constraint = field(PG_DIAG_CONSTRAINT_NAME),
                  .routine = field(PG_DIAG_SOURCE_FUNCTION),
                  .detail = field(PG_DIAG_MESSAGE_DETAIL),
                  .hint = field(PG_DIAG_MESSAGE_HINT)};
}

/// One statement outside of a transaction block. It commits itself, so from the moment it is sent
/// its phase is awaiting_commit.
holdfast::expected<result, holdfast::failure> run(PGconn* link, char const* sql,
                                                  holdfast::attempt const& now) {
  std::string const limit =
      "SET statement_timeout = " + std::to_string(std::max(1, time_left(now)));
  result{PQexec(link, limit.c_str())};
  result answer{PQexec(link, sql)};
  auto const status = PQresultStatus(answer.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return answer;
  note(answer.get(), now.context());
  auto const field = [&answer](int which) {
    char const* const text = PQresultErrorField(answer.get(), which);
    return std::string_view{text == nullptr ? "" : text};
  };
  std::string_view const severity = field(PG_DIAG_SEVERITY_NONLOCALIZED);
  return holdfast::unexpected{
      holdfast::classify_sqlstate({.sqlstate = field(PG_DIAG_SQLSTATE),  // empty: the link was lost
                                   .how_far = phase::awaiting_commit,
                                   .fatal = severity == "FATAL" || severity == "PANIC",
                                   .message = field(PG_DIAG_MESSAGE_PRIMARY),
                                   .source_function = field(PG_DIAG_SOURCE_FUNCTION)})};
}

}  // namespace

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  char const* const named = std::getenv("ORDERS_DSN");
  std::string const dsn = named != nullptr ? named : "host=127.0.0.1 port=1 dbname=orders user=app";
  char const* const sql = argc > 1 ? argv[1] : "SELECT 42";
  holdfast::guard const orders{"orders.db", holdfast::retry{.initial_delay = 10ms},
                               holdfast::breaker{}, holdfast::attempt_timeout{3s}};

  holdfast::story story;
  holdfast::failure_context context;
  auto const answer = orders.with({.story = &story, .context = &context})(
      [&](holdfast::attempt const& now) -> holdfast::expected<result, holdfast::failure> {
        auto link = open(dsn, now);
        if (!link) return holdfast::unexpected{link.error()};
        return run(link->get(), sql, now);
      });

  if (answer) {
    std::printf("answered: %s\n",
                PQntuples(answer->get()) > 0 ? PQgetvalue(answer->get(), 0, 0) : "");
    return 0;
  }
  auto const log = [](std::string const& line) { std::puts(holdfast::redacted(line).c_str()); };
  log("attempts: " + std::to_string(story.attempts));
  log(describe(answer.error()));
  log(describe(context));
}
