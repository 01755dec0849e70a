#include "holdfast/connect/postgres/transact.hpp"

#include "connect/postgres/session_gate.hpp"
#include "connect/postgres/transaction_run.hpp"

#include <algorithm>

namespace holdfast::postgres {
namespace {

/// A body that blocks.
class blocking_closure final : public transaction_closure {
 public:
  explicit blocking_closure(detail::transaction_body& body) noexcept : body_{&body} {}

  task<closure_end> run(std::shared_ptr<session> const& on, int number) override {
    connection link = session_gate::around(on);
    transaction within{link, number};
    try {
      auto const seen = body_->run(within);
      co_return closure_returned(seen, within.first_failure());
    } catch (...) {
      co_return closure_threw(within.first_failure());
    }
  }

 private:
  detail::transaction_body* body_;
};

}  // namespace

transaction_options transaction_options::within(attempt const& now) const {
  transaction_options bounded = *this;
  call_limits const given = limits_of(now);
  bounded.limits.deadline = std::min(bounded.limits.deadline, given.deadline);
  if (given.stop.stop_possible()) bounded.limits.stop = given.stop;
  if (given.context != nullptr) bounded.limits.context = given.context;
  return bounded;
}

expected<void, failure> detail::run_transaction(pool const& on, transaction_options const& options,
                                                transaction_body& body) {
  blocking_closure closure{body};
  blocking_waiter by;
  return finished(postgres::run_transaction(pool_gate::of(on), options, closure, by));
}

}  // namespace holdfast::postgres
