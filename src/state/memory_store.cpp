#include "holdfast/state/memory_store.hpp"

#include "holdfast/state/record_check.hpp"
#include "holdfast/state/shared_change.hpp"
#include "state/history.hpp"
#include "state/kept_operations.hpp"

#include <mutex>

namespace holdfast {
namespace {

class in_memory final : public state_store {
 public:
  expected<loaded_state, failure> load() override {
    std::scoped_lock const held{lock_};
    return loaded_state{.operations = in_order(operations_)};
  }

  expected<void, failure> save(std::span<operation_record const> records) override {
    std::scoped_lock const held{lock_};
    return put(operations_, records);
  }

  expected<void, failure> forget(std::string_view operation) override {
    std::scoped_lock const held{lock_};
    if (auto const found = operations_.find(operation); found != operations_.end()) {
      operations_.erase(found);
    }
    std::erase_if(histories_, [&](auto const& each) { return each.operation == operation; });
    if (auto const found = shared_.find(operation); found != shared_.end()) shared_.erase(found);
    return {};
  }

  expected<void, failure> append(std::span<change_record const> changes) override {
    if (auto named = check_named(changes); !named) return named;
    std::scoped_lock const held{lock_};
    add_changes(histories_, changes);
    return {};
  }

  expected<std::vector<change_record>, failure> changes(std::string_view operation,
                                                        std::size_t limit) override {
    std::scoped_lock const held{lock_};
    return newest_of(histories_, operation, limit);
  }

  expected<std::int64_t, failure> give(order_record const& order) override {
    if (auto named = check_named(std::span{&order, 1}); !named) return unexpected{named.error()};
    std::scoped_lock const held{lock_};
    return add_order(orders_, order);
  }

  expected<std::vector<order_record>, failure> orders_after(std::int64_t number) override {
    std::scoped_lock const held{lock_};
    return orders_beyond(orders_, number);
  }

  expected<std::vector<shared_circuit>, failure> shared_circuits() override {
    std::scoped_lock const held{lock_};
    std::vector<shared_circuit> all;
    for (auto const& [name, circuit] : shared_) all.push_back(circuit);
    return all;
  }

  expected<void, failure> change_shared(std::span<operation_name const> circuits,
                                        circuit_change const& change) override {
    std::scoped_lock const held{lock_};
    auto changed = changed_circuits(shared_, circuits, change);
    if (!changed) return unexpected{changed.error()};
    circuits_by_name next = shared_;
    for (shared_circuit const& each : *changed) {
      next.insert_or_assign(std::string{each.operation.view()}, each);
    }
    if (auto fit = check_number_of_operations(next.size()); !fit) return fit;
    shared_ = std::move(next);
    return {};
  }

 private:
  std::mutex lock_;
  kept_operations operations_;
  std::vector<change_record> histories_;
  std::vector<order_record> orders_;
  circuits_by_name shared_;
};

}  // namespace

std::unique_ptr<state_store> memory_store() { return std::make_unique<in_memory>(); }

}  // namespace holdfast
