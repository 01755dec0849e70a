#include "connect/sqlite/state_tables.hpp"

#include "holdfast/connect/sqlite/steps.hpp"
#include "holdfast/state/checksum.hpp"
#include "holdfast/state/encoding.hpp"
#include "holdfast/state/order_number.hpp"
#include "holdfast/state/record_check.hpp"
#include "holdfast/state/state_limits.hpp"

#include <algorithm>
#include <concepts>
#include <set>
#include <utility>

namespace holdfast::sqlite {
namespace {

constexpr char const* tables = R"sql(
CREATE TABLE IF NOT EXISTS holdfast_state_schema(version INTEGER NOT NULL);
INSERT INTO holdfast_state_schema SELECT 1 WHERE NOT EXISTS (SELECT * FROM holdfast_state_schema);

CREATE TABLE IF NOT EXISTS holdfast_state(
  id INTEGER PRIMARY KEY,
  operation TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  record TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS holdfast_state_changes(
  id INTEGER PRIMARY KEY,
  operation TEXT NOT NULL,
  version INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS holdfast_state_changes_of ON holdfast_state_changes(operation, id);

CREATE TABLE IF NOT EXISTS holdfast_state_orders(
  id INTEGER PRIMARY KEY,
  operation TEXT NOT NULL,
  version INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  record TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS holdfast_state_shared(
  id INTEGER PRIMARY KEY,
  operation TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  record TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS holdfast_state_damaged(
  id INTEGER PRIMARY KEY,
  origin TEXT NOT NULL,
  origin_id INTEGER NOT NULL,
  operation,
  version,
  checksum,
  record,
  why TEXT NOT NULL);
)sql";

constexpr std::int64_t schema_version = 1;
constexpr int most_damaged_rows = 100;
constexpr std::string_view columns = "id, operation, version, checksum, record";

std::int64_t stored_checksum(std::string_view text) noexcept {
  return static_cast<std::int64_t>(checksum_of(text));
}

// What differs between the four tables.

template <class Record>
constexpr std::string_view table_of{};
template <>
constexpr std::string_view table_of<operation_record> = "holdfast_state";
template <>
constexpr std::string_view table_of<change_record> = "holdfast_state_changes";
template <>
constexpr std::string_view table_of<order_record> = "holdfast_state_orders";
template <>
constexpr std::string_view table_of<shared_circuit> = "holdfast_state_shared";

/// Whether a table has one row for each operation.
template <class Record>
constexpr bool one_each =
    std::same_as<Record, operation_record> || std::same_as<Record, shared_circuit>;

expected<operation_record, failure> decoded(std::string_view text, operation_record const&) {
  return decode_operation(text);
}
expected<change_record, failure> decoded(std::string_view text, change_record const&) {
  return decode_change(text);
}
expected<order_record, failure> decoded(std::string_view text, order_record const&) {
  return decode_order(text);
}
expected<shared_circuit, failure> decoded(std::string_view text, shared_circuit const&) {
  return decode_shared(text);
}

template <class Record>
bool is_numbered(Record const&, std::int64_t) noexcept {
  return true;
}
bool is_numbered(order_record const& record, std::int64_t id) noexcept {
  return record.number == id;
}

failure damaged(std::string_view how) {
  failure seen = plain_failure(category::corruption);
  seen.text = how;
  return seen;
}

/// The record in a row of `columns`.
template <class Record>
expected<Record, failure> record_in(statement const& row) {
  if (row.int64(2) != state_version) return unexpected{other_version(row.int64(2))};
  std::string_view const text = row.text(4);
  if (stored_checksum(text) != row.int64(3)) {
    return unexpected{damaged("the checksum does not fit the record")};
  }
  auto record = decoded(text, Record{});
  bool const own =
      !record || (record->operation == row.text(1) && is_numbered(*record, row.int64(0)));
  if (!own) return unexpected{damaged("the record belongs into another row")};
  return record;
}

template <class Record>
expected<std::vector<Record>, failure> all_of(statement& rows, std::vector<bad_row>* bad) {
  std::vector<Record> records;
  for (;;) {
    auto const step = rows.step();
    if (!step) return unexpected{step.error()};
    if (*step == step_result::done) return records;
    auto record = record_in<Record>(rows);
    if (record) {
      records.push_back(*std::move(record));
    } else if (bad != nullptr) {
      bad->push_back({table_of<Record>, rows.int64(0), std::string{rows.text(1)}, record.error()});
    } else {
      return unexpected{record.error()};
    }
  }
}

template <class... Values>
expected<std::int64_t, failure> number_from(database& in, std::string_view sql,
                                            Values const&... values) {
  auto asked = in.prepare(sql);
  if (!asked) return unexpected{asked.error()};
  if (auto bound = bind_all(*asked, values...); !bound) return unexpected{bound.error()};
  if (auto const step = asked->step(); !step) return unexpected{step.error()};
  return asked->int64(0);
}

template <class... Values>
outcome run(database& in, std::string_view sql, Values const&... values) {
  auto prepared = in.prepare(sql);
  if (!prepared) return unexpected{prepared.error()};
  return run_with(*prepared, values...);
}

/// Writes records by a statement with parameters id (or NULL), operation, version, checksum, text.
template <class Record>
class row_writer {
 public:
  static expected<row_writer, failure> on(database& in) {
    constexpr std::string_view replacing =
        " ON CONFLICT(operation) DO UPDATE SET version = excluded.version, "
        "checksum = excluded.checksum, record = excluded.record";
    auto prepared = in.prepare("INSERT INTO " + std::string{table_of<Record>} +
                               "(operation, version, checksum, record, id) VALUES (?, ?, ?, ?, ?)" +
                               std::string{one_each<Record> ? replacing : std::string_view{}});
    if (!prepared) return unexpected{prepared.error()};
    return row_writer{*std::move(prepared)};
  }

  outcome put(Record const& record) {
    encode(record);
    return run_with(insert_, record.operation.view(), state_version, stored_checksum(text_), text_);
  }
  outcome put(Record const& record, std::int64_t id) {
    encode(record);
    return run_with(insert_, record.operation.view(), state_version, stored_checksum(text_), text_,
                    id);
  }

 private:
  explicit row_writer(statement insert) noexcept : insert_{std::move(insert)} {}
  void encode(Record const& record) {
    text_.clear();
    append_encoded(text_, record);
  }

  statement insert_;
  std::string text_;
};

}  // namespace

outcome make_state_tables(database& in) { return in.exec(tables); }

expected<bool, failure> has_state_tables(database& in) {
  auto const there = number_from(
      in, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'holdfast\\_state%' ESCAPE '\\'");
  if (!there) return unexpected{there.error()};
  if (*there == 0) return false;
  auto const version = number_from(in, "SELECT max(version) FROM holdfast_state_schema");
  if (!version) return unexpected{version.error()};
  if (*version != schema_version) return unexpected{other_version(*version)};
  return true;
}

outcome check_integrity(database& in) {
  auto asked = in.prepare("PRAGMA integrity_check(1)");
  if (!asked) return unexpected{asked.error()};
  if (auto const step = asked->step(); !step) return unexpected{step.error()};
  if (asked->text(0) == "ok") return {};
  return unexpected{damaged(asked->text(0))};
}

template <class Record>
expected<std::vector<Record>, failure> read_records(database& in, std::vector<bad_row>& bad) {
  auto rows =
      in.prepare("SELECT " + std::string{columns} + " FROM " + std::string{table_of<Record>} +
                 " ORDER BY " + (one_each<Record> ? "operation" : "id") + " LIMIT ?");
  if (!rows) return unexpected{rows.error()};
  if (auto bound = rows->bind(1, std::int64_t{most_operations}); !bound) {
    return unexpected{bound.error()};
  }
  return all_of<Record>(*rows, &bad);
}

template expected<std::vector<operation_record>, failure> read_records(database&,
                                                                       std::vector<bad_row>&);
template expected<std::vector<change_record>, failure> read_records(database&,
                                                                    std::vector<bad_row>&);
template expected<std::vector<order_record>, failure> read_records(database&,
                                                                   std::vector<bad_row>&);
template expected<std::vector<shared_circuit>, failure> read_records(database&,
                                                                     std::vector<bad_row>&);

expected<std::int64_t, failure> move_to_damaged(database& in, bad_row const& row) {
  std::string const origin{row.table};
  auto copied = run(in,
                    "INSERT INTO holdfast_state_damaged(origin, origin_id, operation, version, "
                    "checksum, record, why) SELECT ?1, id, operation, version, checksum, record, "
                    "?3 FROM " +
                        origin + " WHERE id = ?2",
                    row.table, row.id, row.why.text.view());
  if (!copied) return unexpected{copied.error()};
  std::int64_t const id = in.last_insert_rowid();
  auto gone = run(in, "DELETE FROM " + origin + " WHERE id = ?", row.id);
  if (!gone) return unexpected{gone.error()};
  auto bounded =
      run(in, "DELETE FROM holdfast_state_damaged WHERE id <= ? - ?", id, most_damaged_rows);
  if (!bounded) return unexpected{bounded.error()};
  return id;
}

outcome put_operations(database& in, std::span<operation_record const> records) {
  auto writer = row_writer<operation_record>::on(in);
  if (!writer) return unexpected{writer.error()};
  for (operation_record const& each : records) {
    if (auto put = writer->put(each); !put) return put;
  }
  auto const count = number_from(in, "SELECT count(*) FROM holdfast_state");
  if (!count) return unexpected{count.error()};
  return check_number_of_operations(static_cast<std::size_t>(*count));
}

outcome forget_operation(database& in, std::string_view operation) {
  auto gone = run(in, "DELETE FROM holdfast_state WHERE operation = ?", operation);
  if (!gone) return gone;
  gone = run(in, "DELETE FROM holdfast_state_shared WHERE operation = ?", operation);
  if (!gone) return gone;
  return run(in, "DELETE FROM holdfast_state_changes WHERE operation = ?", operation);
}

outcome add_changes(database& in, std::span<change_record const> changes) {
  auto writer = row_writer<change_record>::on(in);
  if (!writer) return unexpected{writer.error()};
  std::set<std::string_view> touched;
  for (change_record const& each : changes) {
    if (auto put = writer->put(each); !put) return put;
    touched.insert(each.operation.view());
  }
  auto bound_each = in.prepare(
      "DELETE FROM holdfast_state_changes WHERE operation = ?1 AND id <= (SELECT id FROM "
      "holdfast_state_changes WHERE operation = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)");
  if (!bound_each) return unexpected{bound_each.error()};
  for (std::string_view const each : touched) {
    auto done = run_with(*bound_each, each, std::int64_t{most_changes_each});
    if (!done) return done;
  }
  return run(in,
             "DELETE FROM holdfast_state_changes WHERE id <= (SELECT id FROM "
             "holdfast_state_changes ORDER BY id DESC LIMIT 1 OFFSET ?)",
             std::int64_t{most_changes});
}

expected<std::vector<change_record>, failure> changes_of(database& in, std::string_view operation,
                                                         std::size_t limit) {
  auto rows = in.prepare("SELECT " + std::string{columns} +
                         " FROM holdfast_state_changes WHERE operation = ? ORDER BY id DESC "
                         "LIMIT ?");
  if (!rows) return unexpected{rows.error()};
  auto const most = static_cast<std::int64_t>(std::min(limit, most_changes_each));
  if (auto bound = bind_all(*rows, operation, most); !bound) return unexpected{bound.error()};
  return all_of<change_record>(*rows, nullptr);
}

expected<std::int64_t, failure> add_order(database& in, order_record order) {
  auto const last = number_from(in, "SELECT max(id) FROM holdfast_state_orders");
  if (!last) return unexpected{last.error()};
  order.number = order_number_after(*last, order.given_at);
  auto writer = row_writer<order_record>::on(in);
  if (!writer) return unexpected{writer.error()};
  if (auto put = writer->put(order, order.number); !put) return unexpected{put.error()};
  auto bounded = run(in,
                     "DELETE FROM holdfast_state_orders WHERE id <= (SELECT id FROM "
                     "holdfast_state_orders ORDER BY id DESC LIMIT 1 OFFSET ?)",
                     std::int64_t{most_orders});
  if (!bounded) return unexpected{bounded.error()};
  return order.number;
}

expected<std::vector<order_record>, failure> orders_beyond(database& in, std::int64_t number) {
  auto rows = in.prepare("SELECT " + std::string{columns} +
                         " FROM holdfast_state_orders WHERE id > ? ORDER BY id");
  if (!rows) return unexpected{rows.error()};
  if (auto bound = rows->bind(1, number); !bound) return unexpected{bound.error()};
  return all_of<order_record>(*rows, nullptr);
}

expected<std::vector<shared_circuit>, failure> all_shared(database& in) {
  auto rows = in.prepare("SELECT " + std::string{columns} +
                         " FROM holdfast_state_shared ORDER BY operation LIMIT ?");
  if (!rows) return unexpected{rows.error()};
  if (auto bound = rows->bind(1, std::int64_t{most_operations}); !bound) {
    return unexpected{bound.error()};
  }
  return all_of<shared_circuit>(*rows, nullptr);
}

outcome change_shared_in(database& in, std::span<operation_name const> circuits,
                         circuit_change const& change) {
  auto rows = in.prepare("SELECT " + std::string{columns} +
                         " FROM holdfast_state_shared WHERE operation = ?");
  if (!rows) return unexpected{rows.error()};
  std::vector<shared_circuit> known;
  for (operation_name const& each : circuits) {
    rows->reset();
    if (auto bound = bind_all(*rows, each.view()); !bound) return unexpected{bound.error()};
    auto found = all_of<shared_circuit>(*rows, nullptr);
    if (!found) return unexpected{found.error()};
    known.insert(known.end(), found->begin(), found->end());
  }
  auto const changed = changed_circuits(by_name(known), circuits, change);
  if (!changed) return unexpected{changed.error()};
  if (changed->empty()) return {};
  auto writer = row_writer<shared_circuit>::on(in);
  if (!writer) return unexpected{writer.error()};
  for (shared_circuit const& each : *changed) {
    if (auto put = writer->put(each); !put) return put;
  }
  auto const count = number_from(in, "SELECT count(*) FROM holdfast_state_shared");
  if (!count) return unexpected{count.error()};
  return check_number_of_operations(static_cast<std::size_t>(*count));
}

}  // namespace holdfast::sqlite
