#include "importer/sqlite_ledger.hpp"

#include "holdfast/connect/sqlite/steps.hpp"
#include "importer/sqlite_sql.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

namespace holdfast {
namespace {

using sqlite::run_with;
using sqlite::step_result;

constexpr char const* tables = R"sql(
CREATE TABLE IF NOT EXISTS holdfast_meta(
  name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO holdfast_meta VALUES ('ledger_version', '1');

CREATE TABLE IF NOT EXISTS holdfast_runs(
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  table_name TEXT NOT NULL COLLATE NOCASE,
  state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'discarded')),
  read INTEGER NOT NULL DEFAULT 0,
  stored INTEGER NOT NULL DEFAULT 0,
  duplicates INTEGER NOT NULL DEFAULT 0,
  differs INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0,
  sequence INTEGER NOT NULL DEFAULT 0,
  next_position INTEGER NOT NULL DEFAULT 0,
  checkpoint TEXT NOT NULL DEFAULT '',
  started TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  finished TEXT);
CREATE INDEX IF NOT EXISTS holdfast_runs_of_feed ON holdfast_runs(source, table_name);

CREATE TABLE IF NOT EXISTS holdfast_batches(
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  first_position INTEGER NOT NULL,
  records INTEGER NOT NULL,
  read INTEGER NOT NULL,
  stored INTEGER NOT NULL,
  duplicates INTEGER NOT NULL,
  differs INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  committed TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  fingerprints BLOB,
  UNIQUE (run, sequence));
CREATE INDEX IF NOT EXISTS holdfast_batches_in_order
  ON holdfast_batches(run, first_position, id) WHERE fingerprints IS NOT NULL;

CREATE TABLE IF NOT EXISTS holdfast_rejected(
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  source TEXT NOT NULL,
  table_name TEXT NOT NULL,
  position INTEGER NOT NULL,
  line INTEGER,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  raw BLOB NOT NULL);

CREATE INDEX IF NOT EXISTS holdfast_rejected_by_position ON holdfast_rejected(position);

CREATE TABLE IF NOT EXISTS holdfast_duplicates(
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  source TEXT NOT NULL,
  table_name TEXT NOT NULL,
  position INTEGER NOT NULL,
  line INTEGER,
  key TEXT NOT NULL,
  differs INTEGER NOT NULL,
  raw BLOB);

CREATE TABLE IF NOT EXISTS holdfast_reasons(
  run INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  name TEXT NOT NULL,
  records INTEGER NOT NULL,
  PRIMARY KEY (run, reason)) WITHOUT ROWID;
)sql";

std::span<std::byte const> as_blob(std::string_view bytes) {
  return std::as_bytes(std::span{bytes.data(), bytes.size()});
}

std::uint64_t count_at(sqlite::statement const& row, int column) {
  return static_cast<std::uint64_t>(row.int64(column));
}

}  // namespace

expected<std::int64_t, failure> sqlite_ledger::version_of(sqlite::database& in) {
  auto exists =
      in.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'holdfast_meta'");
  if (!exists) return unexpected{exists.error()};
  auto found = exists->step();
  if (!found) return unexpected{found.error()};
  if (*found == step_result::done) return 0;

  auto value = in.prepare("SELECT value FROM holdfast_meta WHERE name = 'ledger_version'");
  if (!value) return unexpected{value.error()};
  auto row = value->step();
  if (!row) return unexpected{row.error()};
  return *row == step_result::row ? value->int64(0) : 0;
}

expected<void, failure> sqlite_ledger::create(sqlite::database& in) { return in.exec(tables); }

expected<sqlite_ledger, failure> sqlite_ledger::open(sqlite::database& in) {
  sqlite_ledger ledger{in};
  if (auto prepared = ledger.prepare(); !prepared) return unexpected{prepared.error()};
  return ledger;
}

expected<void, failure> sqlite_ledger::prepare() {
  struct row {
    std::optional<sqlite::statement>* into;
    std::string_view sql;
  };
  std::array const rows{
      row{&add_batch_,
          "INSERT INTO holdfast_batches(run, sequence, first_position, records, read, stored,"
          " duplicates, differs, rejected, fingerprints) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      row{&move_run_,
          "UPDATE holdfast_runs SET sequence = sequence + 1, read = read + ?3,"
          " stored = stored + ?4, duplicates = duplicates + ?5, differs = differs + ?6,"
          " rejected = rejected + ?7, next_position = ?8, checkpoint = ?9"
          " WHERE id = ?1 AND sequence = ?2 AND state = 'running'"},
      row{&add_rejected_,
          "INSERT INTO holdfast_rejected(run, source, table_name, position, line, reason, detail,"
          " raw) VALUES (?, ?, ?, ?, nullif(?, 0), ?, ?, ?)"},
      row{&renew_rejected_,
          "UPDATE holdfast_rejected SET reason = ?5, detail = ?6 WHERE position = ?3"
          " AND source = ?1 AND table_name = ?2 COLLATE NOCASE AND raw = ?4"},
      row{&drop_rejected_,
          "DELETE FROM holdfast_rejected WHERE position = ?2 AND raw = ?3"
          " AND source = (SELECT source FROM holdfast_runs WHERE id = ?1)"
          " AND table_name = (SELECT table_name FROM holdfast_runs WHERE id = ?1) COLLATE NOCASE"},
      row{&add_duplicate_,
          "INSERT INTO holdfast_duplicates(run, source, table_name, position, line, key, differs,"
          " raw) VALUES (?, ?, ?, ?, nullif(?, 0), ?, ?, ?)"},
      row{&add_reason_,
          "INSERT INTO holdfast_reasons VALUES (?, ?, ?, ?)"
          " ON CONFLICT(run, reason) DO UPDATE SET records = records + excluded.records"},
      row{&next_span_,
          "SELECT id, first_position, length(fingerprints) / 8 FROM holdfast_batches"
          " WHERE run = ?1 AND (first_position, id) > (?2, ?3) AND id <= ?4"
          " AND fingerprints IS NOT NULL ORDER BY first_position, id LIMIT 1"},
      row{&marks_of_, "SELECT fingerprints FROM holdfast_batches WHERE id = ?"},
  };
  for (row const& each : rows) {
    auto prepared = in_->prepare(each.sql);
    if (!prepared) return unexpected{prepared.error()};
    each.into->emplace(std::move(*prepared));
  }
  return {};
}

expected<void, failure> sqlite_ledger::discard_runs(std::string_view table) {
  constexpr std::string_view which = " WHERE table_name = ? AND state <> 'discarded' AND read > 0";
  std::string const of_them =
      " WHERE run IN (SELECT id FROM holdfast_runs" + std::string{which} + ")";
  std::array const steps{"DELETE FROM holdfast_rejected" + of_them,
                         "DELETE FROM holdfast_duplicates" + of_them,
                         "UPDATE holdfast_runs SET state = 'discarded'" + std::string{which}};
  for (std::string const& sql : steps) {
    auto step = in_->prepare(sql);
    if (!step) return unexpected{step.error()};
    if (auto done = run_with(*step, table); !done) return done;
  }
  return {};
}

expected<std::optional<std::uint64_t>, failure> sqlite_ledger::stored_in(std::string const& table) {
  auto sum = in_->prepare(
      "SELECT coalesce(sum(stored), 0), EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'view'"
      " AND name = ?1 COLLATE NOCASE) FROM holdfast_runs"
      " WHERE table_name = ?1 AND state <> 'discarded'");
  if (!sum) return unexpected{sum.error()};
  if (auto bound = sum->bind(1, std::string_view{table}); !bound) return unexpected{bound.error()};
  if (auto row = sum->step(); !row) return unexpected{row.error()};
  if (sum->int64(1) != 0) return std::nullopt;
  std::uint64_t const stored = count_at(*sum, 0);
  if (stored == 0) return stored;

  auto any = in_->prepare("SELECT EXISTS (SELECT 1 FROM " + sqlite::sql_name(table) + ")");
  if (!any) return unexpected{any.error()};
  if (auto row = any->step(); !row) return unexpected{row.error()};
  if (any->int64(0) != 0) return stored;
  if (auto discarded = discard_runs(table); !discarded) return unexpected{discarded.error()};
  return std::uint64_t{0};
}

expected<run_start, failure> sqlite_ledger::begin_run(feed const& of) {
  auto const stored = stored_in(of.table);
  if (!stored) return unexpected{stored.error()};
  auto resumed = unfinished_run(of);
  if (!resumed) return unexpected{resumed.error()};
  run_start run;
  if (*resumed) {
    run = std::move(**resumed);
    if (auto loaded = load_reasons(run); !loaded) return unexpected{loaded.error()};
  } else {
    auto add = in_->prepare(
        "INSERT INTO holdfast_runs(source, table_name, state) VALUES (?, ?, 'running')");
    if (!add) return unexpected{add.error()};
    if (auto added = run_with(*add, std::string_view{of.source}, std::string_view{of.table});
        !added) {
      return unexpected{added.error()};
    }
    run.run = in_->last_insert_rowid();
  }
  if (*stored) run.stored_by_others = **stored - std::min(**stored, run.totals.stored);
  if (auto loaded = load_earlier_runs(run, of); !loaded) return unexpected{loaded.error()};
  return run;
}

expected<std::optional<run_start>, failure> sqlite_ledger::unfinished_run(feed const& of) {
  auto find = in_->prepare(
      "SELECT id, sequence, next_position, checkpoint, read, stored, duplicates, differs, rejected"
      " FROM holdfast_runs WHERE source = ? AND table_name = ? AND state = 'running'"
      " ORDER BY id DESC LIMIT 1");
  if (!find) return unexpected{find.error()};
  auto bound = sqlite::bind_all(*find, std::string_view{of.source}, std::string_view{of.table});
  if (!bound) return unexpected{bound.error()};
  auto const row = find->step();
  if (!row) return unexpected{row.error()};
  if (*row == step_result::done) return std::optional<run_start>{};
  run_start run;
  run.run = find->int64(0);
  run.sequence = count_at(*find, 1);
  run.next_position = count_at(*find, 2);
  run.checkpoint = find->text(3);
  run.resumed = true;
  run.totals.read = count_at(*find, 4);
  run.totals.stored = count_at(*find, 5);
  run.totals.duplicates = count_at(*find, 6);
  run.totals.differs = count_at(*find, 7);
  run.totals.rejected = count_at(*find, 8);
  return std::optional{std::move(run)};
}

expected<void, failure> sqlite_ledger::load_reasons(run_start& run) {
  auto find = in_->prepare("SELECT reason, records FROM holdfast_reasons WHERE run = ?");
  if (!find) return unexpected{find.error()};
  if (auto bound = find->bind(1, run.run); !bound) return bound;
  for (;;) {
    auto const row = find->step();
    if (!row) return unexpected{row.error()};
    if (*row == step_result::done) return {};
    run.totals.reasons[count_at(*find, 0) % rejection_count] += count_at(*find, 1);
  }
}

expected<void, failure> sqlite_ledger::load_earlier_runs(run_start& run, feed const& of) {
  auto find = in_->prepare(
      "SELECT id, (SELECT coalesce(max(id), 0) FROM holdfast_batches) FROM holdfast_runs AS runs"
      " WHERE source = ? AND table_name = ? AND state <> 'discarded' AND EXISTS (SELECT 1"
      " FROM holdfast_batches WHERE run = runs.id AND fingerprints IS NOT NULL) ORDER BY id");
  if (!find) return unexpected{find.error()};
  auto bound = sqlite::bind_all(*find, std::string_view{of.source}, std::string_view{of.table});
  if (!bound) return unexpected{bound.error()};
  for (;;) {
    auto const row = find->step();
    if (!row) return unexpected{row.error()};
    if (*row == step_result::done) return {};
    run.runs.push_back(find->int64(0));
    run.horizon = find->int64(1);
  }
}

expected<std::optional<mark_span>, failure> sqlite_ledger::next_span(span_cursor const& after,
                                                                     std::int64_t horizon) {
  auto bound = sqlite::bind_all(*next_span_, after.run, after.first, after.batch, horizon);
  if (!bound) return unexpected{bound.error()};
  auto const row = next_span_->step();
  std::optional<mark_span> span;
  if (row && *row == step_result::row) {
    span = mark_span{.batch = next_span_->int64(0),
                     .first = count_at(*next_span_, 1),
                     .records = count_at(*next_span_, 2)};
  }
  next_span_->reset();
  if (!row) return unexpected{row.error()};
  return span;
}

expected<std::vector<ledger_mark>, failure> sqlite_ledger::marks_of(std::int64_t batch) {
  if (auto bound = marks_of_->bind(1, batch); !bound) return unexpected{bound.error()};
  auto const row = marks_of_->step();
  std::vector<ledger_mark> marks;
  if (row && *row == step_result::row) marks = unpacked(marks_of_->blob(0));
  marks_of_->reset();
  if (!row) return unexpected{row.error()};
  return marks;
}

expected<void, failure> sqlite_ledger::add_rejected(std::int64_t run, feed const& of,
                                                    batch_entry const& entry, rejection why,
                                                    std::string_view detail, std::string_view raw) {
  if (entry.earlier) {
    auto renewed =
        run_with(*renew_rejected_, std::string_view{of.source}, std::string_view{of.table},
                 entry.position, as_blob(raw), name_of(why), detail);
    if (!renewed || in_->changes() > 0) return renewed;
  }
  return run_with(*add_rejected_, run, std::string_view{of.source}, std::string_view{of.table},
                  entry.position, entry.line, name_of(why), detail, as_blob(raw));
}

expected<void, failure> sqlite_ledger::add_duplicate(std::int64_t run, feed const& of,
                                                     batch_entry const& entry, std::string_view key,
                                                     bool differs, std::string_view raw) {
  auto bound =
      sqlite::bind_all(*add_duplicate_, run, std::string_view{of.source},
                       std::string_view{of.table}, entry.position, entry.line, key, differs);
  if (bound) bound = differs ? add_duplicate_->bind(8, as_blob(raw)) : add_duplicate_->bind_null(8);
  return bound ? add_duplicate_->run() : bound;
}

expected<bool, failure> sqlite_ledger::add_batch(run_start const& run, batch const& written,
                                                 batch_outcome const& outcome,
                                                 std::string const& checkpoint) {
  import_totals const& delta = outcome.totals;
  bool const goes_on = written.end() >= run.next_position;
  auto moved =
      run_with(*move_run_, run.run, run.sequence, delta.read, delta.stored, delta.duplicates,
               delta.differs, delta.rejected, goes_on ? written.end() : run.next_position,
               std::string_view{goes_on ? checkpoint : run.checkpoint});
  if (!moved) return unexpected{moved.error()};
  if (in_->changes() != 1) return false;

  std::string const fingerprints = outcome.fingerprints(written);
  auto bound = sqlite::bind_all(*add_batch_, run.run, run.sequence + 1, written.first(),
                                outcome.marks.size(), delta.read, delta.stored, delta.duplicates,
                                delta.differs, delta.rejected);
  if (bound) {
    bound = fingerprints.empty() ? add_batch_->bind_null(10)
                                 : add_batch_->bind(10, as_blob(fingerprints));
  }
  if (bound) bound = add_batch_->run();
  if (bound) bound = add_reasons(run.run, delta);
  if (bound) bound = drop_rejected(run.run, written, outcome.marks);
  if (!bound) return unexpected{bound.error()};
  return true;
}

expected<void, failure> sqlite_ledger::drop_rejected(std::int64_t run, batch const& written,
                                                     std::vector<ledger_mark> const& marks) {
  for (batch_entry const& entry : written.entries()) {
    if (!entry.earlier) continue;
    if (marks[entry.position - written.first()].what() == fate::rejected) continue;
    auto dropped = run_with(*drop_rejected_, run, entry.position, as_blob(written.raw(entry)));
    if (!dropped) return dropped;
  }
  return {};
}

expected<void, failure> sqlite_ledger::add_reasons(std::int64_t run, import_totals const& delta) {
  for (std::size_t i = 0; i < delta.reasons.size(); ++i) {
    if (delta.reasons[i] == 0) continue;
    auto added =
        run_with(*add_reason_, run, i, name_of(static_cast<rejection>(i)), delta.reasons[i]);
    if (!added) return added;
  }
  return {};
}

expected<bool, failure> sqlite_ledger::finish_run(run_start const& run) {
  auto finish = in_->prepare(
      "UPDATE holdfast_runs SET state = 'finished',"
      " finished = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
      " WHERE id = ? AND sequence = ? AND state = 'running'");
  if (!finish) return unexpected{finish.error()};
  if (auto finished = run_with(*finish, run.run, run.sequence); !finished) {
    return unexpected{finished.error()};
  }
  return in_->changes() == 1;
}

}  // namespace holdfast
