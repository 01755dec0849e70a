#include "importer/sqlite_writer.hpp"

#include "holdfast/importer/value.hpp"
#include "importer/sqlite_shape.hpp"
#include "importer/sqlite_sql.hpp"
#include "importer/stored_row.hpp"

namespace holdfast {
namespace {

using sqlite::transaction;

/// A table that is rebuilt is dropped on the way. With foreign keys enforced that would delete rows
/// elsewhere, and the modern ALTER TABLE would stumble over views of it.
class quiet_schema_change {
 public:
  quiet_schema_change(sqlite::database& in, bool needed) : in_{in}, needed_{needed} {
    if (needed_) done_ = in_.exec("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON");
  }
  quiet_schema_change(quiet_schema_change const&) = delete;
  quiet_schema_change& operator=(quiet_schema_change const&) = delete;
  ~quiet_schema_change() {
    if (!needed_) return;
    static_cast<void>(in_.exec("PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF"));
  }
  [[nodiscard]] expected<void, failure> const& done() const noexcept { return done_; }

 private:
  sqlite::database& in_;
  bool needed_;
  expected<void, failure> done_;
};

expected<std::int64_t, failure> schema_version(sqlite::database& in) {
  auto query = in.prepare("PRAGMA schema_version");
  if (!query) return unexpected{query.error()};
  if (auto row = query->step(); !row) return unexpected{row.error()};
  return query->int64(0);
}

}  // namespace

/// A transaction that may change the table, with what must be quiet around it.
class sqlite_writer::change {
 public:
  static expected<std::unique_ptr<change>, failure> begin(sqlite::database& in, bool rebuilds) {
    std::unique_ptr<change> made{new change{in, rebuilds}};
    if (!made->quiet_.done()) return unexpected{made->quiet_.done().error()};
    auto open = transaction::begin(in);
    if (!open) return unexpected{open.error()};
    made->open_.emplace(std::move(*open));
    return made;
  }
  [[nodiscard]] bool may_rebuild() const noexcept { return may_rebuild_; }
  [[nodiscard]] transaction& open() noexcept { return *open_; }

 private:
  change(sqlite::database& in, bool rebuilds) : may_rebuild_{rebuilds}, quiet_{in, rebuilds} {}

  bool may_rebuild_;
  quiet_schema_change quiet_;
  std::optional<transaction> open_;  // ends before the quiet does
};

expected<std::unique_ptr<sqlite_writer>, failure> sqlite_writer::open(std::string const& path,
                                                                      duration lock_timeout) {
  auto in = sqlite::database::open(path, {.busy_timeout = lock_timeout});
  if (!in) return unexpected{in.error()};
  auto defined = in->define_text_function(sqlite::real_text_function, [](double number) {
    number_text room;
    return std::string{text_of(value::of(number), room)};
  });
  if (!defined) return unexpected{defined.error()};
  return std::unique_ptr<sqlite_writer>{new sqlite_writer{std::move(*in)}};
}

expected<sqlite_writer::commit_result, failure> sqlite_writer::begin(feed const& of,
                                                                     run_start& run) {
  table_.forget_statements();
  seen_version_.reset();  // another table, or another schema of this one
  auto open = transaction::begin(in_);
  if (!open) return unexpected{open.error()};
  if (auto opened = open_ledger(of); !opened) return unexpected{opened.error()};
  auto begun = ledger_->begin_run(of);
  if (!begun) return unexpected{begun.error()};
  if (auto committed = open->commit(); !committed) return unexpected{committed.error()};
  run = std::move(*begun);
  return commit_result::done;
}

expected<void, failure> sqlite_writer::open_ledger(feed const& of) {
  if (auto created = sqlite_ledger::create(in_); !created) return created;
  auto ledger = sqlite_ledger::open(in_);
  if (!ledger) return unexpected{ledger.error()};
  ledger_.emplace(std::move(*ledger));
  auto const shape = sqlite::shape_of(in_, of.table);
  if (!shape) return unexpected{shape.error()};
  if (*shape) return {};
  return ledger_->discard_runs(of.table);
}

expected<std::unique_ptr<sqlite_writer::change>, failure> sqlite_writer::begin_change(
    table_schema& schema) {
  for (;;) {
    auto open = change::begin(in_, sqlite_table::must_rebuild(schema));
    if (!open) return open;
    if (auto looked = look_again(schema); !looked) return unexpected{looked.error()};
    if ((*open)->may_rebuild() || !sqlite_table::must_rebuild(schema)) return open;
    // The table has changed so that it must be rebuilt: once more, quietly.
  }
}

expected<void, failure> sqlite_writer::look_again(table_schema& schema) {
  auto const version = schema_version(in_);
  if (!version) return unexpected{version.error()};
  if (*version == seen_version_) return {};
  auto shape = sqlite::shape_of(in_, schema.table());
  if (!shape) return unexpected{shape.error()};
  table_.forget_statements();
  // One that is gone stays known: its rows are in the ledger, and it must not be made anew.
  if (*shape) schema.merge(std::move(**shape));
  seen_version_ = *version;
  return {};
}

expected<sqlite_writer::commit_result, failure> sqlite_writer::write(feed const& of,
                                                                     table_schema& schema,
                                                                     batch const& records,
                                                                     std::string const& checkpoint,
                                                                     run_start& run) {
  auto result = write_batch(of, schema, records, checkpoint, run);
  if (!result || *result != commit_result::done) {
    table_.forget_statements();  // perhaps compiled for a table that is rolled back
    seen_version_.reset();
  }
  return result;
}

expected<sqlite_writer::commit_result, failure> sqlite_writer::write_batch(
    feed const& of, table_schema& schema, batch const& records, std::string const& checkpoint,
    run_start& run) {
  auto open = begin_change(schema);
  if (!open) return unexpected{open.error()};
  if (auto applied = table_.apply(schema); !applied) return unexpected{applied.error()};
  if (auto ready = table_.make_ready(schema); !ready) return unexpected{ready.error()};
  auto const done = add_records(of, schema, records, run);
  if (!done && !in_.in_transaction() && done.error().category == category::integrity) {
    return commit_result::rolled_back;
  }
  if (!done) return unexpected{done.error()};
  auto const added = ledger_->add_batch(run, records, *done, checkpoint);
  if (!added) return unexpected{added.error()};
  if (!*added) return commit_result::outrun;
  auto const committed = commit(**open, schema);
  if (!committed || *committed != commit_result::done) return committed;

  ++run.sequence;
  run.totals += done->totals;
  if (records.end() >= run.next_position) {
    run.next_position = records.end();
    run.checkpoint = checkpoint;
  }
  return commit_result::done;
}

expected<sqlite_writer::commit_result, failure> sqlite_writer::commit(change& open,
                                                                      table_schema& schema) {
  auto const version = schema_version(in_);
  if (!version) return unexpected{version.error()};
  if (auto committed = open.open().commit(); !committed) {
    if (committed.error().category != category::integrity) return unexpected{committed.error()};
    why_ = describe(committed.error());
    return commit_result::refused_late;
  }
  seen_version_ = *version;
  schema.set_applied();
  return commit_result::done;
}

expected<batch_outcome, failure> sqlite_writer::add_records(feed const& of,
                                                            table_schema const& schema,
                                                            batch const& records,
                                                            run_start const& run) {
  auto result = batch_outcome::of(records);
  for (batch_entry const& entry : records.entries()) {
    insert_result seen{fate::rejected, entry.rejected, {}};
    if (entry.rejected == rejection::none) {
      auto inserted = table_.insert(schema, records, entry);
      if (!inserted) {
        why_ = "record " + std::to_string(entry.position + 1) + ": " + describe(inserted.error());
        return unexpected{inserted.error()};
      }
      seen = std::move(*inserted);
    }
    if (seen.what != fate::stored) {
      auto kept = keep_aside(of, schema, records, entry, seen, run);
      if (!kept) return unexpected{kept.error()};
    }
    result.note(records, entry, seen);
  }
  return result;
}

expected<void, failure> sqlite_writer::keep_aside(feed const& of, table_schema const& schema,
                                                  batch const& records, batch_entry const& entry,
                                                  insert_result const& seen, run_start const& run) {
  if (seen.what == fate::rejected) {
    std::string const& detail = entry.detail.empty() ? seen.detail : entry.detail;
    return ledger_->add_rejected(run.run, of, entry, seen.why, detail, records.raw(entry));
  }
  return ledger_->add_duplicate(run.run, of, entry, key_text(schema, records, entry),
                                seen.what == fate::differs, records.raw(entry));
}

expected<sqlite_writer::commit_result, failure> sqlite_writer::finish(table_schema& schema,
                                                                      run_start& run) {
  auto open = begin_change(schema);
  if (!open) return unexpected{open.error()};
  if (auto applied = table_.apply(schema); !applied) return unexpected{applied.error()};
  auto const finished = ledger_->finish_run(run);
  if (!finished) return unexpected{finished.error()};
  if (!*finished) return commit_result::outrun;
  return commit(**open, schema);
}

}  // namespace holdfast
