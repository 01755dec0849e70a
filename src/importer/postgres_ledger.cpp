#include "importer/postgres_ledger.hpp"

#include "importer/postgres_sql.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace holdfast {
namespace {

using postgres::bound_statement;
using postgres::parameter;
using postgres::rows;
using postgres::transaction;

constexpr std::string_view run_columns =
    "SELECT id, sequence, next_position, checkpoint, read, stored, duplicates, differs, rejected"
    " FROM holdfast_runs";

// One statement for the run and its batch, since both have the same counters.
constexpr std::string_view move_run_sql =
    "WITH moved AS (UPDATE holdfast_runs SET sequence = $9, read = read + $2::bigint,"
    " stored = stored + $3::bigint, duplicates = duplicates + $4::bigint,"
    " differs = differs + $5::bigint, rejected = rejected + $6::bigint,"
    " next_position = $7, checkpoint = $8 WHERE id = $1)"
    " INSERT INTO holdfast_batches (run, sequence, first_position, records, read, stored,"
    " duplicates, differs, rejected, writer, fingerprints)"
    " VALUES ($1, $9, $10, $11, $2, $3, $4, $5, $6, $12, $13)";

constexpr std::string_view add_reason_sql =
    "INSERT INTO holdfast_reasons AS r VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (run, reason) DO UPDATE SET records = r.records + excluded.records";

unsigned digit_in(char digit) noexcept {
  return static_cast<unsigned>(digit >= 'a' ? digit - 'a' + 10 : digit - '0');
}

std::vector<std::byte> bytes_of(std::string_view digits) {
  std::vector<std::byte> bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
    bytes.push_back(std::byte((digit_in(digits[at]) << 4U) | digit_in(digits[at + 1])));
  }
  return bytes;
}

std::uint64_t count_at(rows const& in, std::size_t row, std::size_t column) {
  return static_cast<std::uint64_t>(in.integer(row, column).value_or(0));
}

run_start run_in(rows const& in) {
  run_start run;
  run.run = in.integer(0, 0).value_or(0);
  run.sequence = count_at(in, 0, 1);
  run.next_position = count_at(in, 0, 2);
  run.checkpoint = in.text(0, 3);
  run.resumed = true;
  run.totals.read = count_at(in, 0, 4);
  run.totals.stored = count_at(in, 0, 5);
  run.totals.duplicates = count_at(in, 0, 6);
  run.totals.differs = count_at(in, 0, 7);
  run.totals.rejected = count_at(in, 0, 8);
  return run;
}

expected<void, failure> load_reasons(transaction& in, run_start& run) {
  auto const found =
      in.execute("SELECT reason, records FROM holdfast_reasons WHERE run = $1", run.run);
  if (!found) return unexpected{found.error()};
  for (std::size_t row = 0; row < found->size(); ++row) {
    run.totals.reasons[count_at(*found, row, 0) % rejection_count] += count_at(*found, row, 1);
  }
  return {};
}

expected<void, failure> load_earlier_runs(transaction& in, run_start& run, feed const& of) {
  auto const found = in.execute(
      "SELECT id, (SELECT coalesce(max(id), 0) FROM holdfast_batches) FROM holdfast_runs AS runs"
      " WHERE source = $1 AND table_name = $2 AND state <> 'discarded' AND EXISTS (SELECT 1"
      " FROM holdfast_batches WHERE run = runs.id AND fingerprints IS NOT NULL) ORDER BY id",
      of.source, of.table);
  if (!found) return unexpected{found.error()};
  for (std::size_t row = 0; row < found->size(); ++row) {
    run.runs.push_back(found->integer(row, 0).value_or(0));
    run.horizon = found->integer(row, 1).value_or(0);
  }
  return {};
}

/// How many rows the runs into this table have stored; none where the table is empty now.
expected<std::uint64_t, failure> stored_in(transaction& in, std::string const& table) {
  auto const sum = in.execute(
      "SELECT coalesce(sum(stored), 0)::bigint FROM holdfast_runs"
      " WHERE table_name = $1 AND state <> 'discarded'",
      table);
  if (!sum) return unexpected{sum.error()};
  std::uint64_t const stored = count_at(*sum, 0, 0);
  if (stored == 0) return stored;
  auto const any = in.execute("SELECT EXISTS (SELECT 1 FROM " + postgres::sql_name(table) + ")");
  if (!any) return unexpected{any.error()};
  if (any->boolean(0, 0).value_or(true)) return stored;
  if (auto discarded = postgres_ledger::discard_runs(in, table); !discarded) {
    return unexpected{discarded.error()};
  }
  return 0;
}

}  // namespace

expected<void, failure> postgres_ledger::hold_runs(transaction& in, std::string const& table) {
  auto const held = in.execute(
      "SELECT FROM holdfast_runs WHERE table_name = $1 AND state = 'running' ORDER BY id FOR "
      "UPDATE",
      table);
  if (!held) return unexpected{held.error()};
  return {};
}

expected<void, failure> postgres_ledger::discard_runs(transaction& in, std::string const& table) {
  constexpr std::string_view which = " WHERE table_name = $1 AND state <> 'discarded' AND read > 0";
  std::string const of_them =
      " WHERE run IN (SELECT id FROM holdfast_runs" + std::string{which} + ")";
  std::array const steps{"DELETE FROM holdfast_rejected" + of_them,
                         "DELETE FROM holdfast_duplicates" + of_them,
                         "UPDATE holdfast_runs SET state = 'discarded'" + std::string{which}};
  for (std::string const& sql : steps) {
    if (auto done = in.execute(sql, table); !done) return unexpected{done.error()};
  }
  return {};
}

expected<run_start, failure> postgres_ledger::begin_run(transaction& in, feed const& of,
                                                        bool counts_rows) {
  std::optional<std::uint64_t> stored;
  if (counts_rows) {
    auto const counted = stored_in(in, of.table);
    if (!counted) return unexpected{counted.error()};
    stored = *counted;
  }
  auto const unfinished = in.execute(
      std::string{run_columns} +
          " WHERE source = $1 AND table_name = $2 AND state = 'running' ORDER BY id DESC LIMIT 1",
      of.source, of.table);
  if (!unfinished) return unexpected{unfinished.error()};
  run_start run;
  if (!unfinished->empty()) {
    run = run_in(*unfinished);
    if (auto loaded = load_reasons(in, run); !loaded) return unexpected{loaded.error()};
  } else {
    auto const added = in.execute(
        "INSERT INTO holdfast_runs (source, table_name, state) VALUES ($1, $2, 'running')"
        " RETURNING id",
        of.source, of.table);
    if (!added) return unexpected{added.error()};
    run.run = added->integer(0, 0).value_or(0);
  }
  if (stored) run.stored_by_others = *stored - std::min(*stored, run.totals.stored);
  if (auto loaded = load_earlier_runs(in, run, of); !loaded) return unexpected{loaded.error()};
  return run;
}

std::optional<ledger_run> postgres_ledger::locked_run(rows const& answer) {
  if (answer.empty()) return std::nullopt;
  return ledger_run{count_at(answer, 0, 0), std::string{answer.text(0, 1)},
                    answer.integer(0, 2).value_or(0), std::string{answer.text(0, 3)}};
}

expected<void, failure> postgres_ledger::end_lost_session(postgres::connection& in,
                                                          ledger_run const& lost) {
  // A process id is given out again, and behind a pooler serves others: the xid tells.
  auto const ended = in.read(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
      " WHERE pid = $1 AND backend_xid = $2::xid8::xid",
      lost.backend, lost.xid);
  if (!ended) return unexpected{ended.error()};
  return {};
}

expected<bool, failure> postgres_ledger::is_own_batch(transaction& in, std::int64_t run,
                                                      std::uint64_t sequence) const {
  auto const found = in.execute(
      "SELECT count(*) FROM holdfast_batches WHERE run = $1 AND sequence = $2 AND writer = $3", run,
      sequence, writer_);
  if (!found) return unexpected{found.error()};
  return count_at(*found, 0, 0) > 0;
}

expected<run_start, failure> postgres_ledger::read_run(transaction& in, std::int64_t run) {
  auto const found = in.execute(std::string{run_columns} + " WHERE id = $1", run);
  if (!found) return unexpected{found.error()};
  if (found->empty()) return run_start{};
  run_start read = run_in(*found);
  if (auto loaded = load_reasons(in, read); !loaded) return unexpected{loaded.error()};
  return read;
}

expected<void, failure> postgres_ledger::add_batch(transaction& in, run_start const& run,
                                                   batch const& written,
                                                   batch_outcome const& outcome,
                                                   std::string const& checkpoint) const {
  import_totals const& delta = outcome.totals;
  bool const goes_on = written.end() >= run.next_position;
  std::string const marks = outcome.fingerprints(written);
  auto const learned = std::as_bytes(std::span{marks.data(), marks.size()});
  std::array const moved{parameter{run.run},
                         parameter{delta.read},
                         parameter{delta.stored},
                         parameter{delta.duplicates},
                         parameter{delta.differs},
                         parameter{delta.rejected},
                         parameter{goes_on ? written.end() : run.next_position},
                         parameter{goes_on ? checkpoint : run.checkpoint},
                         parameter{run.sequence + 1},
                         parameter{written.first()},
                         parameter{outcome.marks.size()},
                         parameter{writer_},
                         marks.empty() ? parameter{std::nullopt} : parameter{learned}};
  std::vector<bound_statement> steps{{move_run_sql, moved}};
  std::vector<std::array<parameter, 4>> reasons;
  reasons.reserve(delta.reasons.size());
  for (std::size_t i = 0; i < delta.reasons.size(); ++i) {
    if (delta.reasons[i] == 0) continue;
    reasons.push_back({parameter{run.run}, parameter{i},
                       parameter{name_of(static_cast<rejection>(i))}, parameter{delta.reasons[i]}});
    steps.push_back({add_reason_sql, reasons.back()});
  }
  auto const done = in.run_all(steps);
  if (!done) return unexpected{done.error()};
  return {};
}

expected<bool, failure> postgres_ledger::finish_run(transaction& in, run_start const& run) {
  auto const locked = in.execute(lock_run_sql, run.run);
  if (!locked) return unexpected{locked.error()};
  auto const seen = locked_run(*locked);
  if (!seen || seen->sequence != run.sequence) return false;
  if (seen->state == "finished") return true;  // by us: the answer was lost
  if (seen->state != "running") return false;
  auto const finished = in.execute(
      "UPDATE holdfast_runs SET state = 'finished', finished = now() WHERE id = $1", run.run);
  if (!finished) return unexpected{finished.error()};
  return true;
}

expected<std::optional<mark_span>, failure> postgres_ledger::next_span(postgres::connection& in,
                                                                       span_cursor const& after,
                                                                       std::int64_t horizon) {
  auto const found = in.read(
      "SELECT id, first_position, length(fingerprints) / 8 FROM holdfast_batches"
      " WHERE run = $1 AND (first_position, id) > ($2, $3) AND id <= $4"
      " AND fingerprints IS NOT NULL ORDER BY first_position, id LIMIT 1",
      after.run, after.first, after.batch, horizon);
  if (!found) return unexpected{found.error()};
  if (found->empty()) return std::optional<mark_span>{};
  return mark_span{.batch = found->integer(0, 0).value_or(0),
                   .first = count_at(*found, 0, 1),
                   .records = count_at(*found, 0, 2)};
}

expected<std::vector<ledger_mark>, failure> postgres_ledger::marks_of(postgres::connection& in,
                                                                      std::int64_t batch) {
  // As digits whatever bytea_output says.
  auto const found =
      in.read("SELECT encode(fingerprints, 'hex') FROM holdfast_batches WHERE id = $1", batch);
  if (!found) return unexpected{found.error()};
  if (found->empty()) return std::vector<ledger_mark>{};
  return unpacked(bytes_of(found->text(0, 0)));
}

}  // namespace holdfast
