#include "holdfast/connect/postgres/pool.hpp"

#include "connect/postgres/pool_state.hpp"
#include "connect/postgres/session_gate.hpp"

#include <utility>

namespace holdfast::postgres {

// ----- The lease

lease::lease(std::shared_ptr<pool_state> from, connection held, instant opened) noexcept
    : from_{std::move(from)}, held_{std::move(held)}, opened_{opened} {}

lease::lease(lease&& other) noexcept = default;

lease& lease::operator=(lease&& other) noexcept {
  give_back();
  from_ = std::move(other.from_);
  held_ = std::move(other.held_);
  opened_ = other.opened_;
  return *this;
}

lease::~lease() { give_back(); }

void lease::give_back() noexcept {
  if (auto const from = std::exchange(from_, nullptr)) {
    from->give_back({session_gate::taken_from(held_), opened_});
  }
}

// ----- The pool

pool::pool(pool_options options) : state_{std::make_shared<pool_state>(std::move(options))} {}

expected<lease, failure> pool::borrow(call_limits const& limits) const {
  auto lent = state_->lend_at_once();
  if (!lent) {
    blocking_waiter by;
    auto waited = finished(state_->lend(limits, by));
    if (!waited) return unexpected{waited.error()};
    lent = std::move(*waited);
  }
  lent->held->limit(limits);
  return lease{state_, session_gate::around(std::move(lent->held)), lent->opened};
}

void pool::clear() const noexcept { state_->clear(); }
pool_stats pool::stats() const { return state_->stats(); }
pool_options const& pool::options() const noexcept { return state_->options(); }

}  // namespace holdfast::postgres
