#include "holdfast/importer/sqlite_target.hpp"

#include "holdfast/drive/guard.hpp"
#include "importer/sqlite_shape.hpp"
#include "importer/sqlite_sql.hpp"
#include "importer/sqlite_writer.hpp"
#include "importer/target_answers.hpp"

#include <filesystem>
#include <system_error>
#include <type_traits>
#include <utility>

#include <unistd.h>

namespace holdfast {
namespace {

namespace fs = std::filesystem;
using commit_result = sqlite_writer::commit_result;
using attempted = expected<commit_result, failure>;

constexpr std::size_t sqlite_column_limit = 1900;  // below its own, of 2000

retry lock_retry() {
  return {.max_attempts = 4,
          .initial_delay = std::chrono::milliseconds{50},
          .max_delay = std::chrono::seconds{1},
          .idempotent = true};  // a transaction that failed did not happen
}

guard guard_of(sqlite_target_options const& options) {
  if (options.shared_guard) return *options.shared_guard;
  guard own{write_operation, lock_retry(), operation_kind::database,
            surroundings{.time = options.time, .seed = 0}};
  if (options.on_guard) options.on_guard(own);
  return own;
}

std::string remedy_for(failure const& seen) {
  switch (seen.category) {
    case category::resource:
      return "make room on the disk (or raise the limit of file sizes) and start again: the last "
             "batch was rolled back, what was committed before stays";
    case category::corruption:
      return "this is no healthy SQLite database: name another file with --into, or restore it "
             "from a backup";
    case category::permission:
    case category::configuration:
      return "the file and its folder must be writable: the folder too, for the log beside it";
    default: return "nothing of the last batch was written; start again to go on";
  }
}

/// Room is not made within a second: the run stops, and the next one goes on.
attempted without_retry_of_full_disks(attempted result) {
  if (!result && result.error().category == category::resource) {
    result.error().advice = advice::never;
  }
  return result;
}

/// What one look finds under a name.
struct seen_table {
  std::optional<sqlite::named_object> object;
  std::optional<table_shape> shape;
};

bool may_pass(failure const& seen) {
  return seen.category == category::transient || seen.category == category::rejected ||
         seen.category == category::timeout || seen.category == category::throttled;
}

class sqlite_target final : public import_target {
 public:
  explicit sqlite_target(sqlite_target_options options)
      : options_{std::move(options)}, guard_{guard_of(options_)}, attempts_{guard_} {}

  target_answer check() override;
  expected<std::optional<table_shape>, target_answer> shape_of(std::string const& table) override;
  target_answer begin(feed const& of, run_start& run) override;
  feed_history history(run_start const& run) override;
  target_answer write(feed const& of, table_schema& schema, batch const& records,
                      std::string const& checkpoint, run_start& run) override;
  target_answer finish(feed const& of, table_schema& schema, run_start& run) override;
  expected<std::uint64_t, problem> rows_in(std::string const& table) override;
  std::string const& name() const override { return options_.path; }
  std::uint64_t retries() const override { return attempts_.failed(); }
  target_answer answer_to(failure const& seen) const override;
  std::size_t column_limit() const override { return sqlite_column_limit; }

 private:
  [[nodiscard]] problem about(failure const& seen) const;
  [[nodiscard]] bool in_memory() const { return options_.path == ":memory:"; }
  [[nodiscard]] bool is_there() const;
  [[nodiscard]] expected<void, failure> open();
  [[nodiscard]] std::optional<problem> check_place() const;
  [[nodiscard]] std::optional<problem> check_object(sqlite::named_object const& there) const;

  /// Runs one transaction, or one look, on the open database under the guard.
  template <class Ask>
  std::invoke_result_t<Ask> guarded(Ask ask) {
    // After a stop what was read is still to be committed: once, without waiting for a lock.
    call_options call{.stop = options_.stop};
    if (options_.stop.stop_requested()) call = {.max_attempts = 1};
    return guard_.with(call)([&]() -> std::invoke_result_t<Ask> {
      if (auto opened = open(); !opened) return unexpected{opened.error()};
      return ask();
    });
  }
  template <class Transaction>
  target_answer transact(feed const& of, Transaction transaction) {
    auto const result = guarded([&] { return without_retry_of_full_disks(transaction()); });
    if (!result) return answer_to(result.error());
    if (*result == commit_result::done) return {};
    return stopped(ended(of, *result));
  }
  [[nodiscard]] expected<seen_table, failure> look_at(std::string const& table);
  [[nodiscard]] problem ended(feed const& of, commit_result how) const;

  sqlite_target_options options_;
  guard guard_;
  attempt_count attempts_;
  std::unique_ptr<sqlite_writer> writer_;
};

problem sqlite_target::about(failure const& seen) const {
  return {{options_.path, 0, 0}, "can't use the database: " + describe(seen), remedy_for(seen)};
}

expected<void, failure> sqlite_target::open() {
  if (writer_) return {};
  auto opened = sqlite_writer::open(options_.path, options_.lock_timeout);
  if (!opened) return unexpected{opened.error()};
  writer_ = std::move(*opened);
  return {};
}

target_answer sqlite_target::check() {
  if (in_memory()) return {};
  if (auto found = check_place()) return stopped(*found);
  if (!is_there()) return {};
  auto const version = guarded([&] { return sqlite_ledger::version_of(writer_->database()); });
  if (!version) return answer_to(version.error());
  if (auto found = check_ledger_version(options_.path, *version)) return stopped(*found);
  return {};
}

bool sqlite_target::is_there() const {
  std::error_code ignored;
  return writer_ || in_memory() || fs::exists(options_.path, ignored);
}

std::optional<problem> sqlite_target::check_place() const {
  std::error_code error;
  fs::path const path{options_.path};
  fs::path const folder = path.has_parent_path() ? path.parent_path() : fs::path{"."};
  auto const at = [&](std::string what, std::string remedy) {
    return problem{{options_.path, 0, 0}, std::move(what), std::move(remedy)};
  };
  if (fs::is_directory(path, error)) {
    return at("the target is a directory",
              "name a database file in it: --into " + (path / "holdfast.db").string());
  }
  if (options_.path.find("://") != std::string::npos) {
    return at("no kind of database is known by this scheme",
              "name a file for SQLite, or postgresql://USER@HOST/DATABASE");
  }
  if (!fs::is_directory(folder, error)) {
    return at("there is no directory " + folder.string(), "make it first, or name another target");
  }
  bool const there = fs::exists(path, error);
  if (there && !fs::is_regular_file(path, error)) {
    return at("the target is no regular file", "name a database file with --into");
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    return at("can't write into the directory " + folder.string(),
              "SQLite keeps its log beside the database; name a target elsewhere");
  }
  if (there && ::access(path.c_str(), R_OK | W_OK) != 0) {
    return at("can't write to the target", "change its permissions, or name another one");
  }
  return std::nullopt;
}

std::optional<problem> sqlite_target::check_object(sqlite::named_object const& there) const {
  text_position const where{options_.path, 0, 0};
  if (there.type == "index") {
    return problem{where, there.name + " is the name of an index", "name another table"};
  }
  if (there.takes_rows) return std::nullopt;
  return problem{where, there.name + " is a view that takes no rows",
                 "name a table, or give the view a trigger INSTEAD OF INSERT"};
}

expected<seen_table, failure> sqlite_target::look_at(std::string const& table) {
  auto there = sqlite::object_named(writer_->database(), table);
  if (!there) return unexpected{there.error()};
  auto shape = sqlite::shape_of(writer_->database(), table);
  if (!shape) return unexpected{shape.error()};
  return seen_table{std::move(*there), std::move(*shape)};
}

expected<std::optional<table_shape>, target_answer> sqlite_target::shape_of(
    std::string const& table) {
  if (!is_there()) return std::optional<table_shape>{};
  auto seen = guarded([&] { return look_at(table); });
  if (!seen) return unexpected{answer_to(seen.error())};
  if (seen->object) {
    if (auto found = check_object(*seen->object)) return unexpected{stopped(*found)};
  }
  return std::move(seen->shape);
}

target_answer sqlite_target::begin(feed const& of, run_start& run) {
  return transact(of, [&] { return writer_->begin(of, run); });
}

feed_history sqlite_target::history(run_start const& run) {
  return {run.runs,
          {.next_span =
               [this, horizon = run.horizon](span_cursor const& after) {
                 return writer_->ledger().next_span(after, horizon);
               },
           .marks_of = [this](std::int64_t batch) { return writer_->ledger().marks_of(batch); }}};
}

target_answer sqlite_target::write(feed const& of, table_schema& schema, batch const& records,
                                   std::string const& checkpoint, run_start& run) {
  return transact(of, [&] { return writer_->write(of, schema, records, checkpoint, run); });
}

target_answer sqlite_target::finish(feed const& of, table_schema& schema, run_start& run) {
  return transact(of, [&] { return writer_->finish(schema, run); });
}

target_answer sqlite_target::answer_to(failure const& seen) const {
  if (!may_pass(seen)) return stopped(about(seen));
  bool const by_guard = seen.category == category::rejected;
  return {target_status::refused,
          pause_after(seen),
          {{options_.path, 0, 0},
           (by_guard ? "" : "the database is busy: ") + describe(seen),
           by_guard ? "wait, or close the circuit"
                    : "another program holds its lock; close it, or wait"}};
}

problem sqlite_target::ended(feed const& of, commit_result how) const {
  text_position const where{options_.path, 0, 0};
  if (how == commit_result::rolled_back) {
    return {where,
            "a rule of table " + of.table + " rolled back the whole batch at " + writer_->why(),
            "let the rule refuse the row alone: RAISE(ABORT, ...) instead of RAISE(ROLLBACK, "
            "...), no ON CONFLICT ROLLBACK; nothing of this batch was written"};
  }
  if (how == commit_result::refused_late) {
    return {where,
            "a deferred constraint of table " + of.table +
                " or of its triggers refused the batch at its end: " + writer_->why(),
            "make the constraint immediate, so that only the records are rejected that break it, "
            "or import what they refer to first; nothing of this batch was written"};
  }
  return outrun(options_.path, of);
}

expected<std::uint64_t, problem> sqlite_target::rows_in(std::string const& table) {
  if (!is_there()) return 0;
  if (auto opened = open(); !opened) return unexpected{about(opened.error())};
  auto const shape = sqlite::shape_of(writer_->database(), table);
  if (!shape) return unexpected{about(shape.error())};
  if (!*shape) return 0;
  auto count = writer_->database().prepare("SELECT count(*) FROM " + sqlite::sql_name(table));
  if (!count) return unexpected{about(count.error())};
  if (auto row = count->step(); !row) return unexpected{about(row.error())};
  return static_cast<std::uint64_t>(count->int64(0));
}

}  // namespace

std::unique_ptr<import_target> open_sqlite_target(sqlite_target_options options) {
  return std::make_unique<sqlite_target>(std::move(options));
}

}  // namespace holdfast
