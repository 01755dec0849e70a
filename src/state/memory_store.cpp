#include "holdfast/state/memory_store.hpp"

#include "holdfast/state/record_check.hpp"
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

 private:
  std::mutex lock_;
  kept_operations operations_;
  std::vector<change_record> histories_;
  std::vector<order_record> orders_;
};

}  // namespace

std::unique_ptr<state_store> memory_store() { return std::make_unique<in_memory>(); }

}  // namespace holdfast
