#include "holdfast/state/file_store.hpp"

#include "holdfast/state/damaged_files.hpp"
#include "holdfast/state/file_lock.hpp"
#include "holdfast/state/record_check.hpp"
#include "holdfast/state/shared_change.hpp"
#include "state/document.hpp"
#include "state/history.hpp"
#include "state/kept_operations.hpp"
#include "state/state_file.hpp"

#include <optional>
#include <utility>

namespace holdfast {
namespace {

/// What a file holds, or why it is of no use.
template <class Record>
struct contents {
  std::vector<Record> records{};
  std::optional<failure> damage{};
};

template <class Record>
expected<contents<Record>, failure> look_at(std::string const& path) {
  auto const text = read_state_file(path);
  if (!text && text.error().category == category::corruption) {
    return contents<Record>{.damage = text.error()};
  }
  if (!text) return unexpected{text.error()};
  if (!*text) return contents<Record>{};
  auto records = records_in<Record>(**text);
  if (!records) return contents<Record>{.damage = records.error()};
  return contents<Record>{.records = *std::move(records)};
}

template <class Record>
expected<std::vector<Record>, failure> read(std::string const& path) {
  auto found = look_at<Record>(path);
  if (!found) return unexpected{found.error()};
  if (found->damage) return unexpected{*found->damage};
  return std::move(found->records);
}

template <class Record>
expected<void, failure> write(std::string const& path, std::vector<Record> const& records) {
  return replace_state_file(path, document_of<Record>(records));
}

/// Reads the operations, to be changed under the lock.
expected<kept_operations, failure> read_operations(std::string const& path) {
  auto records = read<operation_record>(path);
  if (!records) return unexpected{records.error()};
  kept_operations kept;
  for (operation_record& each : *records) {
    std::string name{each.operation.view()};
    kept.emplace_hint(kept.end(), std::move(name), std::move(each));
  }
  return kept;
}

class in_files final : public state_store {
 public:
  explicit in_files(file_store_options options)
      : options_{std::move(options)},
        changes_{options_.path + "-changes"},
        orders_{options_.path + "-orders"},
        shared_{options_.path + "-shared"} {}

  expected<loaded_state, failure> load() override;
  expected<void, failure> save(std::span<operation_record const> records) override;
  expected<void, failure> forget(std::string_view operation) override;
  expected<void, failure> append(std::span<change_record const> changes) override;
  expected<std::vector<change_record>, failure> changes(std::string_view operation,
                                                        std::size_t limit) override;
  expected<std::int64_t, failure> give(order_record const& order) override;
  expected<std::vector<order_record>, failure> orders_after(std::int64_t number) override;
  expected<std::vector<shared_circuit>, failure> shared_circuits() override;
  expected<void, failure> change_shared(std::span<operation_name const> circuits,
                                        circuit_change const& change) override;

 private:
  template <class Record>
  [[nodiscard]] expected<std::vector<Record>, failure> read_or_set_aside(
      std::string const& path, std::vector<set_aside_note>& notes) const;
  [[nodiscard]] expected<file_lock, failure> lock() const {
    return file_lock::take(options_.path + ".lock", options_.lock_timeout);
  }

  file_store_options options_;
  std::string changes_;
  std::string orders_;
  std::string shared_;
};

/// Reads a file; one of no use is set aside, and reads as empty.
template <class Record>
expected<std::vector<Record>, failure> in_files::read_or_set_aside(
    std::string const& path, std::vector<set_aside_note>& notes) const {
  auto found = look_at<Record>(path);
  if (!found) return unexpected{found.error()};
  if (!found->damage) return std::move(found->records);
  auto const held = lock();
  if (!held) return unexpected{held.error()};
  found = look_at<Record>(path);  // another process may have set it aside meanwhile
  if (!found) return unexpected{found.error()};
  if (!found->damage) return std::move(found->records);
  auto const where = set_file_aside(path);
  if (!where) return unexpected{where.error()};
  notes.push_back({.what = path, .where = *where, .why = *found->damage});
  return std::vector<Record>{};
}

expected<loaded_state, failure> in_files::load() {
  loaded_state state;
  auto operations = read_or_set_aside<operation_record>(options_.path, state.set_aside);
  if (!operations) return unexpected{operations.error()};
  auto const changes = read_or_set_aside<change_record>(changes_, state.set_aside);
  if (!changes) return unexpected{changes.error()};
  auto const orders = read_or_set_aside<order_record>(orders_, state.set_aside);
  if (!orders) return unexpected{orders.error()};
  auto const shared = read_or_set_aside<shared_circuit>(shared_, state.set_aside);
  if (!shared) return unexpected{shared.error()};
  state.operations = *std::move(operations);
  return state;
}

expected<void, failure> in_files::save(std::span<operation_record const> records) {
  auto const held = lock();
  if (!held) return unexpected{held.error()};
  auto kept = read_operations(options_.path);
  if (!kept) return unexpected{kept.error()};
  if (auto done = put(*kept, records); !done) return done;
  return write(options_.path, in_order(*kept));
}

// What belongs to an operation goes first: a kill between leaves one without it, which is whole.
expected<void, failure> in_files::forget(std::string_view operation) {
  auto const held = lock();
  if (!held) return unexpected{held.error()};
  auto histories = read<change_record>(changes_);
  if (!histories) return unexpected{histories.error()};
  auto kept = read_operations(options_.path);
  if (!kept) return unexpected{kept.error()};
  auto shared = read<shared_circuit>(shared_);
  if (!shared) return unexpected{shared.error()};
  auto const of_it = [&](auto const& each) { return each.operation == operation; };
  if (std::erase_if(*histories, of_it) != 0) {
    if (auto written = write(changes_, *histories); !written) return written;
  }
  if (std::erase_if(*shared, of_it) != 0) {
    if (auto written = write(shared_, *shared); !written) return written;
  }
  auto const found = kept->find(operation);
  if (found == kept->end()) return {};
  kept->erase(found);
  return write(options_.path, in_order(*kept));
}

expected<void, failure> in_files::append(std::span<change_record const> changes) {
  if (auto named = check_named(changes); !named) return named;
  auto const held = lock();
  if (!held) return unexpected{held.error()};
  auto histories = read<change_record>(changes_);
  if (!histories) return unexpected{histories.error()};
  add_changes(*histories, changes);
  return write(changes_, *histories);
}

expected<std::vector<change_record>, failure> in_files::changes(std::string_view operation,
                                                                std::size_t limit) {
  auto const histories = read<change_record>(changes_);
  if (!histories) return unexpected{histories.error()};
  return newest_of(*histories, operation, limit);
}

expected<std::int64_t, failure> in_files::give(order_record const& order) {
  if (auto named = check_named(std::span{&order, 1}); !named) return unexpected{named.error()};
  auto const held = lock();
  if (!held) return unexpected{held.error()};
  auto orders = read<order_record>(orders_);
  if (!orders) return unexpected{orders.error()};
  std::int64_t const number = add_order(*orders, order);
  if (auto written = write(orders_, *orders); !written) return unexpected{written.error()};
  return number;
}

expected<std::vector<order_record>, failure> in_files::orders_after(std::int64_t number) {
  auto const orders = read<order_record>(orders_);
  if (!orders) return unexpected{orders.error()};
  return orders_beyond(*orders, number);
}

expected<std::vector<shared_circuit>, failure> in_files::shared_circuits() {
  return read<shared_circuit>(shared_);
}

expected<void, failure> in_files::change_shared(std::span<operation_name const> circuits,
                                                circuit_change const& change) {
  auto const held = lock();
  if (!held) return unexpected{held.error()};
  auto all = read<shared_circuit>(shared_);
  if (!all) return unexpected{all.error()};
  circuits_by_name known = by_name(*all);
  auto changed = changed_circuits(known, circuits, change);
  if (!changed) return unexpected{changed.error()};
  if (changed->empty()) return {};
  for (shared_circuit const& each : *changed) {
    known.insert_or_assign(std::string{each.operation.view()}, each);
  }
  if (auto fit = check_number_of_operations(known.size()); !fit) return fit;
  std::vector<shared_circuit> next;
  next.reserve(known.size());
  for (auto const& [name, circuit] : known) next.push_back(circuit);
  return write(shared_, next);
}

}  // namespace

std::unique_ptr<state_store> file_store(file_store_options options) {
  return std::make_unique<in_files>(std::move(options));
}

}  // namespace holdfast
