#pragma once

#include "holdfast/connect/sqlite/database.hpp"
#include "holdfast/importer/import.hpp"
#include "holdfast/importer/sqlite_target.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast::test {

/// Counts of a run that rejected nothing.
inline import_totals totals(std::uint64_t stored, std::uint64_t duplicates = 0,
                            std::uint64_t differs = 0) {
  return {.read = stored + duplicates,
          .stored = stored,
          .duplicates = duplicates,
          .differs = differs,
          .rejected = 0,
          .reasons = {}};
}

/// A source of lines such as "1,aspirin" under a header such as "id,name"; an empty cell is absent.
/// Where a line begins with '!' the source rejects it as ragged. Steps between the lines say what
/// else happens: "#refuse", "#stop"; "#fail" and "#open" refuse with the failure behind it, "#open"
/// because of an open circuit.
class scripted_source final : public record_source {
 public:
  scripted_source(std::string_view header, std::vector<std::string> lines,
                  std::string identity = "/data/molecules.csv")
      : columns_{split(header)}, lines_{std::move(lines)}, identity_{std::move(identity)} {}

  read_result read(record& out) override {
    if (next_ == lines_.size()) return {};
    std::string const line = lines_[next_++];
    if (line == "#refuse") {
      return {read_status::refused, std::chrono::seconds{2}, {}, {{}, "the circuit is open", {}}};
    }
    if (line == "#fail" || line == "#open") {
      bool const open = line == "#open";
      failure seen;
      seen.category = open ? category::rejected : category::transient;
      if (!open) seen.text = "Service Unavailable";
      return {read_status::refused,
              std::chrono::seconds{1},
              seen,
              {{}, open ? "the circuit is open" : "Service Unavailable", {}}};
    }
    if (line == "#stop") return {read_status::stopped, {}, {}, {{identity_}, "cut short", {}}};
    if (before_record_) before_record_(position_);
    out.position = position_++;
    out.line = out.position + 2;
    out.bytes = line;
    out.raw_size = line.size();
    if (line.starts_with('!')) {
      out.rejected = rejection::ragged;
      out.detail = "a bad line";
      return {read_status::record, {}, {}, {}};
    }
    std::uint32_t at = 0;
    for (std::string const& cell : split(line)) {
      auto const size = static_cast<std::uint32_t>(cell.size());
      out.cells.push_back({size == 0 ? cell_kind::absent : cell_kind::text, at, size});
      at += size + 1;
    }
    return {read_status::record, {}, {}, {}};
  }
  std::vector<std::string> const& columns() const override { return columns_; }
  std::string const& identity() const override { return identity_; }
  std::string checkpoint() const override { return can_resume_ ? std::to_string(next_) : ""; }
  bool resume(std::string const& checkpoint, std::uint64_t position) override {
    if (!can_resume_) return false;
    next_ = static_cast<std::size_t>(std::atoll(checkpoint.c_str()));
    position_ = position;
    return true;
  }
  source_stats stats() const override { return {}; }

  void let_resume() { can_resume_ = true; }
  void before_record(std::function<void(std::uint64_t)> call) { before_record_ = std::move(call); }

  static std::vector<std::string> split(std::string_view line) {
    std::vector<std::string> cells;
    for (;;) {
      auto const comma = line.find(',');
      cells.emplace_back(line.substr(0, comma));
      if (comma == std::string_view::npos) return cells;
      line.remove_prefix(comma + 1);
    }
  }

 private:
  std::vector<std::string> columns_;
  std::vector<std::string> lines_;
  std::string identity_;
  std::size_t next_ = 0;
  std::uint64_t position_ = 0;
  bool can_resume_ = false;
  std::function<void(std::uint64_t)> before_record_;
};

/// A clock that moves only while somebody sleeps.
class manual_time final : public timekeeper {
 public:
  instant now() noexcept override { return now_; }
  bool sleep_until(instant until, std::stop_token const&) override {
    slept_ += elapsed(now_, until);
    now_ = std::max(now_, until);
    return true;
  }
  [[nodiscard]] duration slept() const { return slept_; }

 private:
  instant now_{};
  duration slept_{};
};

class silent_observer final : public import_observer {
 public:
  void on_columns(table_schema const& schema) override {
    columns.push_back(describe_columns(schema.columns()));
  }
  void on_progress(progress const& seen, instant) override { last = seen; }
  std::vector<std::string> columns;
  progress last;
};

/// A database file in a folder of its own, and imports into it.
class ImportTest : public ::testing::Test {
 protected:
  ImportTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    target_ = open_target();
  }
  ~ImportTest() override {
    target_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// Without real waits: a lock that is held is met at once, and the guard sleeps on `time_`.
  std::unique_ptr<import_target> open_target() {
    return open_sqlite_target(
        {.path = path(), .stop = {}, .lock_timeout = duration::zero(), .time = &time_});
  }

  [[nodiscard]] std::string path() const { return (folder_ / "target.db").string(); }

  /// Imports with small batches; a new target object each time, as a new process would.
  source_report import(record_source& source, std::string const& table = "molecules") {
    target_ = open_target();
    auto job = import_job::prepare(source, *target_, mapping_, table);
    if (!job) {
      ADD_FAILURE() << describe(job.error());
      return {};
    }
    return (*job)->run(limits_, stop_.get_token(), observer_, time_);
  }
  source_report import(std::string_view header, std::vector<std::string> lines) {
    scripted_source source{header, std::move(lines)};
    return import(source);
  }

  /// The rows of a query, cells with their storage class where it is not text: "1:integer|aspirin".
  std::vector<std::string> query(std::string const& sql) {
    auto db = sqlite::database::open(path());
    if (!db) return {describe(db.error())};
    auto rows = db->prepare(sql);
    if (!rows) return {describe(rows.error())};
    std::vector<std::string> result;
    for (;;) {
      auto const row = rows->step();
      if (!row) return {describe(row.error())};
      if (*row == sqlite::step_result::done) return result;
      result.emplace_back();
      for (int i = 0; i < rows->column_count(); ++i) {
        if (i > 0) result.back() += '|';
        result.back() += rows->is_null(i) ? "-" : std::string{rows->text(i)};
      }
    }
  }

  std::filesystem::path folder_;
  std::unique_ptr<import_target> target_;
  holdfast::mapping mapping_;
  run_limits limits_{.batch_records = 3};
  std::stop_source stop_;
  silent_observer observer_;
  manual_time time_;
};

}  // namespace holdfast::test
