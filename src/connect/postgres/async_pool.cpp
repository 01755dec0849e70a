#include "holdfast/connect/postgres/async_pool.hpp"

#include "connect/postgres/asio_waiter.hpp"
#include "connect/postgres/async_gate.hpp"
#include "connect/postgres/pool_state.hpp"

#include <utility>

namespace holdfast::postgres {

async_lease::async_lease(std::shared_ptr<pool_state> from, async_connection held,
                         instant opened) noexcept
    : from_{std::move(from)}, held_{std::move(held)}, opened_{opened} {}

async_lease::async_lease(async_lease&& other) noexcept = default;

async_lease& async_lease::operator=(async_lease&& other) noexcept {
  give_back();
  from_ = std::move(other.from_);
  held_ = std::move(other.held_);
  opened_ = other.opened_;
  return *this;
}

async_lease::~async_lease() { give_back(); }

void async_lease::give_back() noexcept {
  if (auto const from = std::exchange(from_, nullptr)) {
    from->give_back({async_gate::taken_from(held_), opened_});
  }
}

async_pool::async_pool(pool_options options)
    : state_{std::make_shared<pool_state>(std::move(options))} {}

eventual<async_lease> async_pool::borrow(call_limits limits) const {
  auto const state = state_;
  auto lent = state->lend_at_once();
  if (!lent) {
    asio_waiter by{co_await boost::asio::this_coro::executor};
    auto const cancellation = co_await boost::asio::this_coro::cancellation_state;
    call_limits const heeded = by.heeding(cancellation, limits);
    auto const begin = [&] { return state->lend(heeded, by); };
    auto waited = co_await by.drive(begin);
    if (!waited) co_return unexpected{waited.error()};
    lent = std::move(*waited);
  }
  lent->held->asked() = std::move(limits);
  co_return async_lease{state, async_gate::around(std::move(lent->held)), lent->opened};
}

void async_pool::clear() const noexcept { state_->clear(); }
pool_stats async_pool::stats() const { return state_->stats(); }
pool_options const& async_pool::options() const noexcept { return state_->options(); }

}  // namespace holdfast::postgres
