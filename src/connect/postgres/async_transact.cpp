#include "holdfast/connect/postgres/async_transact.hpp"

#include "connect/postgres/asio_waiter.hpp"
#include "connect/postgres/async_gate.hpp"
#include "connect/postgres/transaction_run.hpp"

namespace holdfast::postgres {
namespace {

/// A body that is awaited by the coroutine, while the transaction that waits for it is suspended.
class awaited_closure final : public transaction_closure {
 public:
  awaited_closure(detail::async_transaction_body& body, call_limits const& limits,
                  asio_waiter& by) noexcept
      : body_{&body}, limits_{&limits}, by_{&by} {}

  task<closure_end> run(std::shared_ptr<session> const& on, int number) override {
    on->asked() = *limits_;
    async_connection link = async_gate::around(on);
    async_transaction within{link, number};
    closure_end end;
    asio_waiter::aside::call const call = [&]() -> boost::asio::awaitable<void> {
      try {
        auto const seen = co_await body_->run(within);
        end = closure_returned(seen, within.first_failure());
      } catch (...) {
        end = closure_threw(within.first_failure());
      }
    };
    co_await asio_waiter::aside(*by_, call);
    co_return end;
  }

 private:
  detail::async_transaction_body* body_;
  call_limits const* limits_;
  asio_waiter* by_;
};

}  // namespace

eventual<void> detail::run_transaction(async_pool const& on, transaction_options const& options,
                                       async_transaction_body& body) {
  asio_waiter by{co_await boost::asio::this_coro::executor};
  auto const cancellation = co_await boost::asio::this_coro::cancellation_state;
  transaction_options heeded = options;
  heeded.limits = by.heeding(cancellation, options.limits);
  awaited_closure closure{body, options.limits, by};
  pool_state& state = *async_gate::of(on);
  auto const begin = [&] { return postgres::run_transaction(state, heeded, closure, by); };
  co_return co_await by.drive(begin);
}

}  // namespace holdfast::postgres
