#include "holdfast/importer/postgres_target.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/connect/postgres/quoted.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/redact/redact.hpp"
#include "importer/postgres_failures.hpp"
#include "importer/postgres_sql.hpp"
#include "importer/postgres_writer.hpp"
#include "importer/target_answers.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <type_traits>
#include <utility>

namespace holdfast {
namespace {

using commit_result = postgres_writer::commit_result;

constexpr duration patience_of_a_look = std::chrono::seconds{30};
constexpr std::int64_t oldest_server = 130000;

retry import_retry() {
  return {.max_attempts = 4,
          .initial_delay = std::chrono::milliseconds{50},
          .max_delay = std::chrono::seconds{1},
          .idempotent = true};  // what was committed is found in the ledger, the rest is undone
}

/// A server that is away is asked once a second, by one probe.
breaker import_breaker() {
  return {.recovery_timeout = std::chrono::seconds{1},
          .max_recovery_timeout = std::chrono::seconds{5}};
}

guard guard_of(postgres_target_options const& options) {
  if (options.shared_guard) return *options.shared_guard;
  guard own{write_operation, import_retry(), import_breaker(), operation_kind::database,
            surroundings{.time = options.time, .seed = 0}};
  if (options.on_guard) options.on_guard(own);
  return own;
}

/// A name by which this process knows its own batches in the ledger.
std::string writer_name() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device chance;
  std::string name;
  for (int word = 0; word < 4; ++word) {
    std::uint32_t bits = chance();
    for (int digit = 0; digit < 8; ++digit, bits >>= 4U) name += digits[bits & 15U];
  }
  return name;
}

postgres::pool_options pool_of(postgres_target_options const& options) {
  return {.server = {.conninfo = options.conninfo,
                     .connect_timeout = options.connect_timeout,
                     .application_name = "holdfast import",
                     // Whether one stands between can't be seen, and nothing here needs a session.
                     .behind_pooler = true},
          .max_size = 1};
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    std::size_t const length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

class postgres_target final : public import_target {
 public:
  explicit postgres_target(postgres_target_options options)
      : options_{std::move(options)},
        name_{redacted(options_.conninfo)},
        guard_{guard_of(options_)},
        attempts_{guard_},
        writer_{postgres::pool{pool_of(options_)}, writer_name(), options_.batch_timeout} {}

  target_answer check() override;
  expected<std::optional<table_shape>, target_answer> shape_of(std::string const& table) override;
  target_answer begin(feed const& of, run_start& run) override;
  feed_history history(run_start const& run) override;
  target_answer write(feed const& of, table_schema& schema, batch const& records,
                      std::string const& checkpoint, run_start& run) override;
  target_answer finish(feed const& of, table_schema& schema, run_start& run) override;
  expected<std::uint64_t, problem> rows_in(std::string const& table) override;
  std::string const& name() const override { return name_; }
  std::uint64_t retries() const override { return attempts_.failed(); }
  std::size_t column_limit() const override { return postgres::column_limit; }
  target_answer answer_to(failure const& seen) const override;

 private:
  /// Runs one transaction, or one look, under the guard.
  template <class Ask>
  std::invoke_result_t<Ask> guarded(Ask ask) {
    // After a stop what was read is still to be committed: once, without waiting.
    call_options call{.stop = options_.stop};
    if (options_.stop.stop_requested()) call = {.max_attempts = 1};
    return guard_.with(call)(ask);
  }
  template <class Look>
  auto look(Look ask) -> std::invoke_result_t<Look, postgres::connection&> {
    return guarded([&]() -> std::invoke_result_t<Look, postgres::connection&> {
      auto session =
          writer_.pool().borrow({.deadline = later(system_time().now(), patience_of_a_look)});
      if (!session) return unexpected{session.error()};
      return ask(**session);
    });
  }
  template <class Transaction>
  target_answer transact(feed const& of, Transaction transaction) {
    auto const result = guarded(transaction);
    if (!result) return answer_to(result.error());
    if (*result == commit_result::done) return {};
    return stopped(outrun(name_, of));
  }
  [[nodiscard]] problem at_target(std::string what, std::string remedy) const {
    return {{name_, 0, 0}, std::move(what), std::move(remedy)};
  }
  [[nodiscard]] std::optional<problem> check_name(std::string const& table) const;
  [[nodiscard]] std::optional<problem> check_relation(postgres::named_relation const& there) const;
  [[nodiscard]] std::optional<problem> check_server(postgres::rows const& seen) const;
  [[nodiscard]] std::optional<problem> check_columns(table_schema const& schema) const;

  postgres_target_options options_;
  std::string name_;
  guard guard_;
  attempt_count attempts_;
  postgres_writer writer_;
};

target_answer postgres_target::answer_to(failure const& seen) const {
  if (!may_pass(seen)) {
    return stopped(at_target("can't use the database: " + describe(seen), remedy_for(seen)));
  }
  return {target_status::refused, pause_after(seen),
          at_target("the database is not to be had: " + describe(seen), wait_remedy_for(seen))};
}

target_answer postgres_target::check() {
  struct sight {
    postgres::rows server;
    std::int64_t version;
  };
  auto const seen = look([](postgres::connection& on) -> expected<sight, failure> {
    auto server = on.read(
        "SELECT current_setting('server_version_num'), pg_is_in_recovery(),"
        " current_setting('transaction_read_only'), current_schema(),"
        " has_schema_privilege(current_schema(), 'CREATE')");
    if (!server) return unexpected{server.error()};
    auto const version = postgres_ledger::version_of(on);
    if (!version) return unexpected{version.error()};
    return sight{std::move(*server), *version};
  });
  if (!seen) return answer_to(seen.error());
  if (auto found = check_server(seen->server)) return stopped(*found);
  if (auto found = check_ledger_version(name_, seen->version)) return stopped(*found);
  bool const may_create = seen->server.boolean(0, 4).value_or(false);
  if (seen->version > 0 || may_create) return {};
  std::string const schema = seen->server.is_null(0, 3) ? "" : std::string{seen->server.text(0, 3)};
  if (schema.empty()) {
    return stopped(at_target("there is no schema to make tables in",
                             "make one of the search_path: CREATE SCHEMA ..."));
  }
  return stopped(at_target("the ledger's tables can't be made in schema " + schema,
                           "GRANT CREATE ON SCHEMA " + schema + " TO ..., or name another user"));
}

std::optional<problem> postgres_target::check_server(postgres::rows const& seen) const {
  if (seen.integer(0, 0).value_or(oldest_server) < oldest_server) {
    return at_target("the server is older than PostgreSQL 13", "name a newer server");
  }
  if (seen.boolean(0, 1).value_or(false)) {
    return at_target("the server is a standby",
                     "name the primary, or add "
                     "target_session_attrs=read-write");
  }
  if (seen.text(0, 2) == "on") {
    return at_target("transactions are read-only there",
                     "default_transaction_read_only is on for this user or database");
  }
  return std::nullopt;
}

std::optional<problem> postgres_target::check_name(std::string const& table) const {
  if (postgres::fits(table) && is_utf8(table)) return std::nullopt;
  return at_target("the table can't be named '" + excerpt(table) + "'",
                   "PostgreSQL takes 63 bytes of UTF-8: give it another name with --table");
}

std::optional<problem> postgres_target::check_relation(
    postgres::named_relation const& there) const {
  std::string const name = excerpt(there.name);
  constexpr std::array<std::string_view, 4> takers{"r", "p", "v", "f"};
  if (std::ranges::find(takers, there.kind) == takers.end()) {
    return at_target(name + " is no table", "name another table");
  }
  if (there.takes_rows) return std::nullopt;
  return at_target(name + " is a view that takes no rows",
                   "name a table, or give the view a trigger INSTEAD OF INSERT");
}

std::optional<problem> postgres_target::check_columns(table_schema const& schema) const {
  for (table_column const& each : schema.columns()) {
    if (postgres::fits(each.name) && is_utf8(each.name) &&
        each.name.find('\0') == std::string::npos) {
      continue;
    }
    return at_target("no column can be named '" + excerpt(each.name) + "'",
                     "PostgreSQL takes 63 bytes of UTF-8: map it to another name, or leave it out: "
                     "--mapping FILE");
  }
  return std::nullopt;
}

expected<std::optional<table_shape>, target_answer> postgres_target::shape_of(
    std::string const& table) {
  if (auto found = check_name(table)) return unexpected{stopped(*found)};
  auto seen = look([&](postgres::connection& on) { return postgres::find_relation(on, table); });
  if (!seen) return unexpected{answer_to(seen.error())};
  if (!*seen) return std::optional<table_shape>{};
  if (auto found = check_relation((*seen)->of)) return unexpected{stopped(*found)};
  return std::optional{std::move((*seen)->shape)};
}

target_answer postgres_target::begin(feed const& of, run_start& run) {
  return transact(of, [&] { return writer_.begin(of, run); });
}

feed_history postgres_target::history(run_start const& run) {
  return {run.runs,
          {.next_span =
               [this, horizon = run.horizon](span_cursor const& after) {
                 return look([&](postgres::connection& on) {
                   return postgres_ledger::next_span(on, after, horizon);
                 });
               },
           .marks_of =
               [this](std::int64_t batch) {
                 return look([&](postgres::connection& on) {
                   return postgres_ledger::marks_of(on, batch);
                 });
               }}};
}

target_answer postgres_target::write(feed const& of, table_schema& schema, batch const& records,
                                     std::string const& checkpoint, run_start& run) {
  if (auto found = check_columns(schema)) return stopped(*found);
  return transact(of, [&] { return writer_.write(of, schema, records, checkpoint, run); });
}

target_answer postgres_target::finish(feed const& of, table_schema& schema, run_start& run) {
  if (auto found = check_columns(schema)) return stopped(*found);
  return transact(of, [&] { return writer_.finish(schema, run); });
}

expected<std::uint64_t, problem> postgres_target::rows_in(std::string const& table) {
  auto const count = [&]() -> expected<std::uint64_t, failure> {
    auto session =
        writer_.pool().borrow({.deadline = later(system_time().now(), patience_of_a_look)});
    if (!session) return unexpected{session.error()};
    auto const counted = (*session)->read("SELECT count(*) FROM " + postgres::sql_name(table));
    if (!counted) return unexpected{counted.error()};
    return static_cast<std::uint64_t>(counted->integer(0, 0).value_or(0));
  }();
  if (count) return *count;
  if (count.error().code.value.view() == "42P01") return 0;
  return unexpected{at_target(describe(count.error()), {})};
}

}  // namespace

bool names_postgres(std::string_view target) noexcept {
  constexpr std::array<std::string_view, 8> beginnings{
      "postgresql://", "postgres://", "host=", "hostaddr=",
      "port=",         "dbname=",     "user=", "service="};
  return std::ranges::any_of(beginnings,
                             [&](std::string_view each) { return target.starts_with(each); });
}

std::unique_ptr<import_target> open_postgres_target(postgres_target_options options) {
  return std::make_unique<postgres_target>(std::move(options));
}

}  // namespace holdfast
