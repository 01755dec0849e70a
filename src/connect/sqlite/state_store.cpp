#include "holdfast/connect/sqlite/state_store.hpp"

#include "connect/sqlite/state_tables.hpp"
#include "holdfast/connect/sqlite/database.hpp"
#include "holdfast/connect/sqlite/transaction.hpp"
#include "holdfast/state/damaged_files.hpp"
#include "holdfast/state/file_failure.hpp"
#include "holdfast/state/file_lock.hpp"
#include "holdfast/state/record_check.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <type_traits>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace holdfast::sqlite {
namespace {

constexpr std::array<std::string_view, 2> companions{"-wal", "-shm"};

/// SQLite's words after what to do about them.
failure with_remedy(failure seen) {
  std::string_view const remedy = remedy_of_store(seen.category);
  if (seen.code.kind != code_kind::sqlite || remedy.empty()) return seen;
  std::string const words{seen.text.view()};
  seen.text = fixed_text<120>{remedy}.append(": ").append(words);
  return seen;
}

unexpected<failure> failed(failure const& seen) { return unexpected{with_remedy(seen)}; }

/// Whether a database is to be set aside for what reading it came to: it is damaged, its tables are
/// not those that we ask for, or they are newer (which carries no code of SQLite's).
bool is_of_no_use(failure const& seen) noexcept {
  bool const newer = seen.category == category::configuration && seen.code.kind == code_kind::none;
  return newer || seen.category == category::corruption || seen.category == category::programming;
}

class in_database final : public state_store {
 public:
  explicit in_database(state_store_options options) : options_{std::move(options)} {}

  expected<loaded_state, failure> load() override;

  expected<void, failure> save(std::span<operation_record const> records) override {
    if (auto named = check_named(records); !named) return named;
    return write([&](database& in) { return put_operations(in, records); });
  }
  expected<void, failure> forget(std::string_view operation) override {
    return write([&](database& in) { return forget_operation(in, operation); });
  }
  expected<void, failure> append(std::span<change_record const> changes) override {
    if (auto named = check_named(changes); !named) return named;
    return write([&](database& in) { return add_changes(in, changes); });
  }
  expected<std::vector<change_record>, failure> changes(std::string_view operation,
                                                        std::size_t limit) override {
    return read([&](database& in) { return changes_of(in, operation, limit); });
  }
  expected<std::int64_t, failure> give(order_record const& order) override {
    if (auto named = check_named(std::span{&order, 1}); !named) return unexpected{named.error()};
    return write([&](database& in) { return add_order(in, order); });
  }
  expected<std::vector<order_record>, failure> orders_after(std::int64_t number) override {
    return read([&](database& in) { return orders_beyond(in, number); });
  }
  expected<std::vector<shared_circuit>, failure> shared_circuits() override {
    return read([](database& in) { return all_shared(in); });
  }
  expected<void, failure> change_shared(std::span<operation_name const> circuits,
                                        circuit_change const& change) override {
    return write([&](database& in) { return change_shared_in(in, circuits, change); });
  }

 private:
  /// What is in the database, or why it is of no use as a whole.
  struct contents {
    std::vector<operation_record> operations{};
    std::vector<bad_row> bad{};
    std::optional<failure> damage{};
  };

  [[nodiscard]] expected<file_lock, failure> lock() const {
    return file_lock::take(options_.path + ".lock", options_.lock_timeout);
  }
  [[nodiscard]] expected<void, failure> create_file() const;
  [[nodiscard]] expected<std::optional<database>, failure> open_to_read() const;
  [[nodiscard]] expected<contents, failure> look() const;
  [[nodiscard]] static expected<contents, failure> all_in(database& in);
  [[nodiscard]] expected<loaded_state, failure> set_database_aside() const;
  [[nodiscard]] expected<loaded_state, failure> set_rows_aside();

  template <class Read>
  std::invoke_result_t<Read, database&> read(Read what) const {
    auto opened = open_to_read();
    if (!opened) return failed(opened.error());
    if (!*opened) return {};
    auto result = what(**opened);
    if (!result) return failed(result.error());
    return result;
  }

  /// Runs one write transaction, alone among processes.
  template <class Write>
  std::invoke_result_t<Write, database&> write(Write what) {
    auto const held = lock();
    if (!held) return failed(held.error());
    if (auto created = create_file(); !created) return failed(created.error());
    auto opened = database::open(
        options_.path, {.mode = open_mode::read_write, .busy_timeout = options_.lock_timeout});
    if (!opened) return failed(opened.error());
    auto begun = transaction::begin(*opened);
    if (!begun) return failed(begun.error());
    auto const there = has_state_tables(*opened);
    if (!there) return failed(there.error());
    if (!*there) {
      if (auto made = make_state_tables(*opened); !made) return failed(made.error());
    }
    auto result = what(*opened);
    if (!result) return failed(result.error());
    if (auto committed = begun->commit(); !committed) return failed(committed.error());
    return result;
  }

  state_store_options options_;
};

/// So that it has mode 0600, which its log then takes over. An existing file is not even opened: to
/// close it would drop the locks that SQLite holds on it elsewhere in this process.
expected<void, failure> in_database::create_file() const {
  constexpr mode_t owner_only = 0600;
  int const made = ::open(options_.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, owner_only);
  if (made >= 0) ::close(made);
  if (made >= 0 || errno == EEXIST) return {};
  return unexpected{file_failure(errno, "make", options_.path)};
}

/// Nothing where there is no database yet, or none of our tables in it.
expected<std::optional<database>, failure> in_database::open_to_read() const {
  std::error_code unseen;
  if (!std::filesystem::exists(options_.path, unseen) && !unseen) return std::nullopt;
  auto opened = database::open(
      options_.path, {.mode = open_mode::read_write, .busy_timeout = options_.lock_timeout});
  if (!opened) return unexpected{opened.error()};
  auto const there = has_state_tables(*opened);
  if (!there) return unexpected{there.error()};
  if (!*there) return std::nullopt;
  return *std::move(opened);
}

expected<in_database::contents, failure> in_database::all_in(database& in) {
  contents found;
  auto operations = read_records<operation_record>(in, found.bad);
  if (!operations) return unexpected{operations.error()};
  auto const changes = read_records<change_record>(in, found.bad);
  if (!changes) return unexpected{changes.error()};
  auto const orders = read_records<order_record>(in, found.bad);
  if (!orders) return unexpected{orders.error()};
  auto const shared = read_records<shared_circuit>(in, found.bad);
  if (!shared) return unexpected{shared.error()};
  found.operations = *std::move(operations);
  return found;
}

expected<in_database::contents, failure> in_database::look() const {
  auto opened = open_to_read();
  expected<contents, failure> found;
  if (!opened) {
    found = unexpected{opened.error()};
  } else if (*opened) {
    auto const whole = check_integrity(**opened);
    found = whole ? all_in(**opened) : unexpected{whole.error()};
  }
  if (found || !is_of_no_use(found.error())) return found;
  return contents{.damage = found.error()};
}

expected<loaded_state, failure> in_database::load() {
  auto found = look();
  if (!found) return failed(found.error());
  if (found->damage) return set_database_aside();
  if (!found->bad.empty()) return set_rows_aside();
  return loaded_state{.operations = std::move(found->operations)};
}

expected<loaded_state, failure> in_database::set_database_aside() const {
  auto const held = lock();
  if (!held) return failed(held.error());
  auto found = look();  // another process may have set it aside meanwhile
  if (!found) return failed(found.error());
  if (!found->damage) return loaded_state{.operations = std::move(found->operations)};
  auto const where = set_file_aside(options_.path, companions);
  if (!where) return failed(where.error());
  loaded_state state;
  state.set_aside.push_back({.what = options_.path, .where = *where, .why = *found->damage});
  return state;
}

expected<loaded_state, failure> in_database::set_rows_aside() {
  return write([&](database& in) -> expected<loaded_state, failure> {
    auto found = all_in(in);
    if (!found) return unexpected{found.error()};
    loaded_state state{.operations = std::move(found->operations)};
    for (bad_row const& each : found->bad) {
      auto const id = move_to_damaged(in, each);
      if (!id) return unexpected{id.error()};
      state.set_aside.push_back(
          {.what = options_.path + ", " + std::string{each.table} + " of " + each.operation,
           .where = options_.path + ", holdfast_state_damaged row " + std::to_string(*id),
           .why = each.why});
    }
    return state;
  });
}

}  // namespace

std::unique_ptr<state_store> make_state_store(state_store_options options) {
  return std::make_unique<in_database>(std::move(options));
}

}  // namespace holdfast::sqlite

namespace holdfast {

store_factory sqlite_stores() {
  return {.scheme = "sqlite", .make = [](std::string const& place) {
            return sqlite::make_state_store({.path = place});
          }};
}

}  // namespace holdfast
