#include "importer/postgres_writer.hpp"

#include "holdfast/drive/timekeeper.hpp"
#include "importer/postgres_aside.hpp"
#include "importer/postgres_sql.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace holdfast {
namespace {

using postgres::call_limits;
using postgres::relation_query;
using postgres::transaction;

// A session that the server has lost, since a machine or the way to it died, must not hold the lock
// of the run for hours. A lock of others is waited for visibly, between attempts. Deferred
// constraints are looked at with each statement, so that they refuse their row and not the batch.
constexpr char const* settings_sql =
    "SET LOCAL lock_timeout = '1s'; SET CONSTRAINTS ALL IMMEDIATE;"
    " SET LOCAL idle_in_transaction_session_timeout = '60s'; SET LOCAL tcp_keepalives_idle = 30;"
    " SET LOCAL tcp_keepalives_interval = 10; SET LOCAL tcp_keepalives_count = 3";

constexpr duration patience_of_a_look = std::chrono::seconds{30};

constexpr std::string_view lock_names_sql =
    "SELECT pg_advisory_xact_lock(hashtext('holdfast'), hashtext($1))";

/// What stands under a name now, for statements of this transaction.
expected<std::optional<postgres::seen_relation>, failure> relation_in(transaction& in,
                                                                      std::string const& name) {
  relation_query const query{name};
  auto const statements = query.bound();
  auto const answers = in.run_all(statements);
  if (!answers) return unexpected{answers.error()};
  return relation_query::read(*answers);
}

}  // namespace

void key_luck::on_batch(bool met_known_key) noexcept {
  constexpr int longest_wait = 64;
  if (met_known_key) {
    wait_ = next_wait_;
    next_wait_ = std::min(2 * next_wait_, longest_wait);
  } else if (wait_ > 0) {
    --wait_;
  } else {
    next_wait_ = 1;
  }
}

postgres_writer::postgres_writer(postgres::pool on, std::string writer, duration batch_timeout)
    : pool_{std::move(on)}, ledger_{std::move(writer)}, batch_timeout_{batch_timeout} {}

postgres::transaction_options postgres_writer::options(table_schema const* reshaped) const {
  bool const rewrites = reshaped != nullptr && reshaped->applied() && !reshaped->is_applied();
  call_limits const limits{.deadline = rewrites ? never_reached
                                                : later(system_time().now(), batch_timeout_)};
  return {.resolve_timeout = std::chrono::seconds{10}, .limits = limits};
}

expected<postgres_writer::commit_result, failure> postgres_writer::begin(feed const& of,
                                                                         run_start& run) {
  auto begun =
      postgres::transact(pool_, options(), [&](transaction& in) -> expected<run_start, failure> {
        if (auto set = in.run_script(settings_sql); !set) return unexpected{set.error()};
        if (auto made = postgres_ledger::create(in); !made) return unexpected{made.error()};
        if (auto held = postgres_ledger::hold_runs(in, of.table); !held) {
          return unexpected{held.error()};
        }
        auto const there = relation_in(in, of.table);
        if (!there) return unexpected{there.error()};
        if (!*there) {
          auto const discarded = postgres_ledger::discard_runs(in, of.table);
          if (!discarded) return unexpected{discarded.error()};
        }
        bool const counts_rows = *there && (*there)->of.kind != "v";
        auto started = postgres_ledger::begin_run(in, of, counts_rows);
        if (started && !*there) started->stored_by_others = 0;
        return started;
      });
  if (!begun) return unexpected{begun.error()};
  run = std::move(*begun);
  return commit_result::done;
}

expected<postgres_writer::commit_result, failure> postgres_writer::write(
    feed const& of, table_schema& schema, batch const& records, std::string const& checkpoint,
    run_start& run) {
  if (auto ended = end_lost_session(); !ended) return unexpected{ended.error()};
  auto done = postgres::transact(pool_, options(&schema), [&](transaction& in) {
    return write_batch(in, of, schema, records, checkpoint, run);
  });
  if (!done) return unexpected{done.error()};
  open_.reset();
  if (done->how != commit_result::done) return done->how;
  if (done->found) {
    run_start& found = *done->found;
    run.sequence = found.sequence;
    run.totals = found.totals;
    run.next_position = found.next_position;
    run.checkpoint = std::move(found.checkpoint);
    return commit_result::done;
  }
  luck_.on_batch(done->met_known_key);
  schema.set_applied();
  ++run.sequence;
  run.totals += done->outcome.totals;
  if (records.end() >= run.next_position) {
    run.next_position = records.end();
    run.checkpoint = checkpoint;
  }
  return commit_result::done;
}

expected<void, failure> postgres_writer::end_lost_session() {
  if (!open_) return {};
  auto session = pool_.borrow({.deadline = later(system_time().now(), patience_of_a_look)});
  if (!session) return unexpected{session.error()};
  auto ended = postgres_ledger::end_lost_session(**session, *open_);
  if (ended) open_.reset();
  return ended;
}

expected<postgres_writer::written, failure> postgres_writer::write_batch(
    transaction& in, feed const& of, table_schema& schema, batch const& records,
    std::string const& checkpoint, run_start const& run) {
  if (auto set = in.run_script(settings_sql); !set) return unexpected{set.error()};
  auto const locked = in.execute(postgres_ledger::lock_run_sql, run.run);
  if (!locked) return unexpected{locked.error()};
  auto const seen = postgres_ledger::locked_run(*locked);
  open_ = seen;
  if (seen && seen->sequence == run.sequence + 1) {
    auto const own = ledger_.is_own_batch(in, run.run, seen->sequence);
    if (!own) return unexpected{own.error()};
    if (!*own) return written{.how = commit_result::outrun};
    auto found = postgres_ledger::read_run(in, run.run);
    if (!found) return unexpected{found.error()};
    return written{.found = std::move(*found)};
  }
  if (!seen || seen->sequence != run.sequence || seen->state != "running") {
    return written{.how = commit_result::outrun};
  }
  return add_records(in, of, schema, records, checkpoint, run);
}

expected<postgres_writer::written, failure> postgres_writer::add_records(
    transaction& in, feed const& of, table_schema& schema, batch const& records,
    std::string const& checkpoint, run_start const& run) {
  if (auto shaped = reshape(in, schema); !shaped) return unexpected{shaped.error()};
  postgres_rows rows{in, schema, records, path_of(schema, in.run_number())};
  auto const seen = rows.store();
  if (!seen) return unexpected{seen.error()};
  written result{.outcome = batch_outcome::of(records), .met_known_key = rows.met_known_key()};
  for (std::size_t i = 0; i < seen->size(); ++i) {
    result.outcome.note(records, records.entries()[i], (*seen)[i]);
  }
  if (auto kept = keep_aside(in, {run.run, of, schema}, records, *seen); !kept) {
    return unexpected{kept.error()};
  }
  auto added = ledger_.add_batch(in, run, records, result.outcome, checkpoint);
  if (!added) return unexpected{added.error()};
  return result;
}

/// A transaction that is run again may have been in a deadlock: COPY takes the keys in the order of
/// the source, where INSERT sorts them.
row_path postgres_writer::path_of(table_schema const& schema, int run_number) const noexcept {
  if (!takes_copy_) return row_path::by_temporary_table;
  if (schema.key().empty()) return row_path::copy;
  bool const lucky = luck_.expects_new() && run_number == 1;
  return lucky ? row_path::copy_while_new : row_path::by_temporary_table;
}

expected<void, failure> postgres_writer::reshape(transaction& in, table_schema& schema) {
  if (auto looked = look_again(in, schema); !looked) return looked;
  if (schema.is_applied() || schema.columns().empty()) return {};
  // What is to be changed must not change meanwhile: looked at again behind the lock.
  auto locked = in.execute(lock_names_sql, schema.table());
  if (locked && schema.applied()) {
    locked = in.execute("LOCK TABLE " + postgres::sql_name(schema.table()));
  }
  if (!locked) return unexpected{locked.error()};
  if (auto looked = look_again(in, schema); !looked) return looked;
  std::string const change =
      schema.applied() ? postgres::alter_table(schema) : postgres::create_table(schema);
  if (change.empty()) return {};
  takes_copy_ = takes_copy_ || !schema.applied();
  if (auto changed = in.run_script(change); !changed) return unexpected{changed.error()};
  return {};
}

expected<void, failure> postgres_writer::look_again(transaction& in, table_schema& schema) {
  auto there = relation_in(in, schema.table());
  if (!there) return unexpected{there.error()};
  takes_copy_ = *there && (*there)->of.takes_copy;
  // One that is gone stays known: its rows are in the ledger, and it must not be made anew.
  if (*there && schema.applied() != (*there)->shape) schema.merge(std::move((*there)->shape));
  return {};
}

expected<postgres_writer::commit_result, failure> postgres_writer::finish(table_schema& schema,
                                                                          run_start& run) {
  auto const done = postgres::transact(pool_, options(&schema),
                                       [&](transaction& in) -> expected<commit_result, failure> {
                                         if (auto set = in.run_script(settings_sql); !set)
                                           return unexpected{set.error()};
                                         auto const finished = postgres_ledger::finish_run(in, run);
                                         if (!finished) return unexpected{finished.error()};
                                         if (!*finished) return commit_result::outrun;
                                         if (auto shaped = reshape(in, schema); !shaped)
                                           return unexpected{shaped.error()};
                                         return commit_result::done;
                                       });
  if (done && *done == commit_result::done) schema.set_applied();
  return done;
}

}  // namespace holdfast
