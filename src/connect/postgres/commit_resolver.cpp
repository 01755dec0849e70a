#include "connect/postgres/commit_resolver.hpp"

#include "connect/postgres/connecting.hpp"
#include "holdfast/connect/postgres/ledger.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace holdfast::postgres {
namespace {

constexpr duration first_pause = std::chrono::milliseconds{5};
constexpr duration longest_pause = std::chrono::milliseconds{500};
constexpr duration patience_of_a_look = std::chrono::seconds{2};

// What both queries ask of a server. Nothing runs during the checkpoint that ends a recovery, so it
// is where it began; with wal_level minimal that may be so of others. A shutdown makes such a one,
// too, but keeps the counters, which are then older than the server.
constexpr std::string_view server_query =
    " CASE WHEN NOT pg_is_in_recovery()"
    "      THEN substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END,"
    " c.checkpoint_lsn,"
    " c.checkpoint_lsn = c.redo_lsn AND current_setting('wal_level') <> 'minimal'"
    "   AND pg_stat_get_bgwriter_stat_reset_time() > pg_postmaster_start_time(),"
    " split_part(c.next_xid, ':', 1)::numeric * 4294967296"
    "   + split_part(c.next_xid, ':', 2)::numeric,"
    " (extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time()) * 1000000)::bigint,"
    " (SELECT system_identifier FROM pg_control_system())";
constexpr std::size_t columns_of_server = 6;

// In recovery there is no xid to give: nothing was written there.
std::string const mark_query =
    "SELECT" + std::string{server_query} +
    ", pg_backend_pid(),"
    " CASE WHEN NOT pg_is_in_recovery() THEN pg_current_xact_id()::text END,"
    " set_config('statement_timeout', '0', true) FROM pg_control_checkpoint() c";

// The xid is asked only where system and timeline are those of the mark, read in the same query.
std::string const look_query =
    "SELECT seen.*,"
    " CASE WHEN NOT pg_is_in_recovery() AND seen.system::text = $1 AND seen.timeline = $2"
    "      THEN pg_xact_status($3::xid8) END,"
    " pg_is_in_recovery(),"
    " current_setting('synchronous_standby_names') <> ''"
    " AND current_setting('synchronous_commit') NOT IN ('off', 'local')"
    " FROM (SELECT" +
    std::string{server_query} +
    " FROM pg_control_checkpoint() c OFFSET 0)"
    " seen (timeline, checkpoint, ended_recovery, next_xid, counts_since, system)";

// A process id is given out again; only one that works on that very xid is meant.
constexpr std::string_view end_backend_query =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid = $1 AND backend_xid = $2::xid8::xid";

std::string const write_query =
    "BEGIN; SET LOCAL statement_timeout = 0;"
    " SELECT pg_logical_emit_message(true, 'holdfast', '')";

server_sight server_in(rows const& seen) {
  return {.system = std::string{seen.text(0, 5)},
          .timeline = std::string{seen.text(0, 0)},
          .checkpoint = std::string{seen.text(0, 1)},
          .ended_recovery = seen.boolean(0, 2).value_or(false),
          .next_xid = static_cast<std::uint64_t>(seen.integer(0, 3).value_or(0)),
          .counts_since = seen.integer(0, 4).value_or(0)};
}

}  // namespace

task<expected<commit_mark, failure>> mark_commit(session& on, std::string const& ledger_key,
                                                 server_history& history) {
  // Whoever looks may have another search_path, so the row says where it is.
  static std::string const to_ledger =
      "INSERT INTO " + std::string{ledger_table} +
      " (key) VALUES ($1) RETURNING (SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)"
      " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = tableoid)";
  std::array<parameter, 1> const key{parameter{ledger_key}};
  std::vector<bound_statement> batch{{"SET CONSTRAINTS ALL IMMEDIATE", {}}};
  if (!ledger_key.empty()) batch.push_back({to_ledger, key});
  batch.push_back({mark_query, {}});
  auto const answers = co_await on.run_all(batch, effect::writes);
  if (!answers) {
    failure seen = answers.error();
    bool const no_ledger = seen.code.value == std::string_view{"42P01"};
    if (no_ledger) seen.text = std::string_view{"there is no holdfast_commits: call create_ledger"};
    co_return unexpected{seen};
  }
  rows const& mark = answers->back();  // there is one for each statement
  server_sight const server = server_in(mark);
  history.saw(server);
  co_return commit_mark{.xid = std::string{mark.text(0, columns_of_server + 1)},
                        .backend = static_cast<int>(mark.integer(0, columns_of_server).value_or(0)),
                        .system = server.system,
                        .timeline = server.timeline,
                        .checkpoint = server.checkpoint,
                        .counts_since = server.counts_since,
                        .ledger = ledger_key.empty() ? "" : std::string{answers->at(1).text(0, 0)}};
}

commit_resolver::commit_resolver(connection_options server, server_history& history,
                                 commit_doubt& doubt, random_bits chance, waiter& by)
    : server_{std::move(server)},
      history_{&history},
      doubt_{&doubt},
      chance_{chance},
      by_{&by},
      pause_{first_pause} {}

task<void> commit_resolver::resolve(instant until) {
  instant const began = now();
  until_ = until;
  commit_inquiry inquiry{doubt_->mark, !doubt_->ledger_key.empty()};
  for (auto step = inquiry_step::look; step != inquiry_step::settled && now() < until_;) {
    bool const same_session = session_ && session_->is_usable();
    if (!same_session) step = inquiry_step::look;  // the next one may be on another server
    bool const can_ask = co_await has_session();
    if (!can_ask) {
      co_await pause();
      continue;
    }
    auto const following = co_await next(step, inquiry);
    if (!following) session_.reset();  // it was lost on the way: all is asked again
    step = following.value_or(inquiry_step::look);
    if (step == inquiry_step::look) co_await pause();
  }
  doubt_->outcome = inquiry.outcome();
  doubt_->by = inquiry.outcome() == resolved::still_in_doubt ? answered_by::nobody : inquiry.by();
  doubt_->took = elapsed(began, now());
}

task<std::optional<inquiry_step>> commit_resolver::next(inquiry_step step,
                                                        commit_inquiry& inquiry) {
  switch (step) {
    case inquiry_step::look: co_return co_await look(inquiry);
    case inquiry_step::end_backend: co_await end_backend(); co_return inquiry_step::look;
    case inquiry_step::ask_ledger: {
      auto const found = co_await is_in_ledger();
      if (!found) co_return std::nullopt;
      co_return inquiry.on_ledger(*found);
    }
    case inquiry_step::wait_for_standbys: {
      bool const have_it = co_await standbys_have_it();
      co_return inquiry.on_standbys(have_it);
    }
    case inquiry_step::settled: break;
  }
  co_return inquiry_step::settled;
}

task<bool> commit_resolver::has_session() {
  call_limits const limits{.deadline = std::min(until_, later(now(), patience_of_a_look))};
  if (session_ && session_->is_usable()) {
    session_->limit(limits);
    co_return true;
  }
  auto link = co_await connect(server_, limits, *by_);
  if (!link) {
    doubt_->trouble = link.error();
    co_return false;
  }
  session_ = std::make_unique<session>(std::move(*link), server_);
  session_->wait_by(*by_);
  session_->limit({.deadline = std::min(until_, later(now(), patience_of_a_look))});
  co_return true;
}

task<inquiry_step> commit_resolver::look(commit_inquiry& inquiry) {
  ++doubt_->looks;
  commit_mark const& mark = doubt_->mark;
  std::array<parameter, 3> const given{mark.system, mark.timeline, mark.xid};
  bound_statement const question{look_query, given};
  auto const seen = co_await session_->run(question, effect::reads);
  commit_sighting found;
  if (seen && seen->size() == 1) {
    found.status = seen->text(0, columns_of_server);
    found.in_recovery = seen->boolean(0, columns_of_server + 1).value_or(true);
    found.has_standbys = seen->boolean(0, columns_of_server + 2).value_or(true);
    found.server = server_in(*seen);
    if (!found.in_recovery) history_->saw(found.server);
    found.recoveries = history_->recoveries_since(mark);
    co_return inquiry.on_sighting(found);
  }
  // Only pg_xact_status says so, of an xid in the future, and only where it was asked.
  if (!seen && seen.error().code.value == std::string_view{"22023"}) {
    found.never_given = true;
    found.server = {.system = mark.system, .timeline = mark.timeline};
    co_return inquiry.on_sighting(found);
  }
  if (!seen) doubt_->trouble = seen.error();
  session_.reset();
  co_return inquiry_step::look;
}

task<void> commit_resolver::end_backend() {
  std::array<parameter, 2> const given{doubt_->mark.backend, doubt_->mark.xid};
  bound_statement const command{end_backend_query, given};
  auto const ended = co_await session_->run(command, effect::writes);
  if (!ended) {
    doubt_->trouble = ended.error();
    session_.reset();
    co_return;
  }
  doubt_->fenced = doubt_->fenced || !ended->empty();
}

task<std::optional<bool>> commit_resolver::is_in_ledger() {
  // A standby may not have it yet.
  std::string const sql = "SELECT CASE WHEN NOT pg_is_in_recovery() THEN count(*) END FROM " +
                          doubt_->mark.ledger + " WHERE key = $1";
  std::array<parameter, 1> const given{doubt_->ledger_key};
  bound_statement const question{sql, given};
  auto const found = co_await session_->run(question, effect::reads);
  if (!found) doubt_->trouble = found.error();
  auto const rows = found && found->size() == 1 ? found->integer(0, 0) : std::nullopt;
  if (!rows) co_return std::nullopt;
  co_return *rows > 0;
}

// What is written now and acknowledged by the standbys comes after all that was written before.
task<bool> commit_resolver::standbys_have_it() {
  session_->limit({.deadline = until_});
  auto const written = co_await session_->run_script(write_query, effect::writes);
  if (!written) {
    session_.reset();
    co_return false;
  }
  auto const acknowledged = co_await session_->commit();
  if (!acknowledged) session_.reset();
  co_return acknowledged.has_value();
}

task<void> commit_resolver::pause() {
  auto const drawn = duration{static_cast<duration::rep>(static_cast<double>(pause_.count()) *
                                                         (0.5 + chance_.uniform() / 2))};
  by_->watch({});  // a stop does not end it
  co_await pauses_until(*by_, std::min(until_, later(now(), drawn)));
  pause_ = std::min(2 * pause_, longest_pause);
}

}  // namespace holdfast::postgres
