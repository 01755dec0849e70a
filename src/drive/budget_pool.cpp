#include "drive/budget_pool.hpp"

#include "drive/tallies.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

/// It never goes back, as no count of a tally does.
[[nodiscard]] std::uint64_t counted_by(std::uint32_t gate) noexcept {
  std::uint64_t sum = 0;
  for_each_chunk(gate, [&](tally_chunk const& chunk, std::size_t place) {
    sum += chunk.tallies[place].count.load(std::memory_order_relaxed);
  });
  return sum;
}

}  // namespace

budget_pool::budget_pool(budget const& options)
    : options_{options, options}, machine_{options_.front()} {
  count_forks();
}

void budget_pool::join(std::uint32_t gate) {
  lock_holder const held{lock_};
  members_.push_back({gate, counted_by(gate)});
}

void budget_pool::leave(std::uint32_t gate) noexcept {
  lock_holder const held{lock_};
  collect();
  auto const left = [&](member const& each) { return each.gate == gate; };
  members_.erase(std::find_if(members_.begin(), members_.end(), left));
}

void budget_pool::credit_one() noexcept {
  lock_holder const held{lock_};
  machine_.credit(1);
}

bool budget_pool::withdraw(instant now) noexcept {
  lock_holder const held{lock_};
  collect();
  return machine_.withdraw(now);
}

void budget_pool::give_back() noexcept {
  lock_holder const held{lock_};
  machine_.give_back();
}

double budget_pool::tokens(instant now) noexcept {
  lock_holder const held{lock_};
  collect();
  return machine_.tokens(now);
}

void budget_pool::reconfigure(budget const& options, instant now) noexcept {
  lock_holder const held{lock_};
  collect();
  std::size_t const other = 1 - in_use_;
  options_[other] = options;
  machine_.reconfigure(options_[other], now);
  in_use_ = other;
}

void budget_pool::collect() noexcept {
  for (member& each : members_) {
    std::uint64_t const counted = counted_by(each.gate);
    machine_.credit(counted - std::exchange(each.deposited, counted));
  }
}

}  // namespace holdfast
