// `run_transaction`: the runs of a closure, one after the other.

#include "connect/postgres/transaction_run.hpp"
#include "holdfast/classify/exceptions.hpp"
#include "holdfast/core/retry_machine.hpp"

#include <random>
#include <utility>
#include <variant>

namespace holdfast::postgres {
namespace {

/// What a run from BEGIN can mend within the same session. The rest is the guard's.
bool asks_for_restart(failure const& seen) noexcept {
  bool const again =
      seen.advice == advice::restart_transaction || seen.advice == advice::after_reprepare;
  return again && seen.poisoned != poisoned::connection;
}

/// Waits as the machine says. False where it says to stop, or somebody asks to.
task<bool> waits_for_restart(core::retry_step step, call_limits const& limits, waiter& by) {
  if (std::holds_alternative<core::stop>(step)) co_return false;
  auto const* const pause = std::get_if<core::wait>(&step);
  if (pause == nullptr) co_return true;
  by.watch(limits.stop);
  co_return co_await pauses_until(by, pause->until);
}

retry retry_of(restart const& given) {
  return {.max_attempts = given.max_attempts,
          .initial_delay = given.initial_delay,
          .max_delay = given.max_delay,
          .jitter = jitter::full};
}

/// A session of the pool that goes back at the end.
class lent_session {
 public:
  lent_session(pool_state& from, pooled_session lent, waiter& by) noexcept
      : from_{&from}, lent_{std::move(lent)} {
    lent_.held->wait_by(by);
  }
  lent_session(lent_session const&) = delete;
  lent_session& operator=(lent_session const&) = delete;
  ~lent_session() { from_->give_back(std::move(lent_)); }
  [[nodiscard]] std::shared_ptr<session> const& operator*() const noexcept { return lent_.held; }

 private:
  pool_state* from_;
  pooled_session lent_;
};

/// The closure, between BEGIN and COMMIT.
task<closure_end> run_within(transaction_run& run, std::shared_ptr<session> const& on,
                             transaction_closure& closure, int number) {
  auto const begun = co_await run.begin();
  if (!begun) co_return closure_end{begun.error()};
  auto end = co_await closure.run(on, number);
  if (end.seen) co_return end;
  auto const committed = co_await run.commit();
  if (!committed) end.seen = committed.error();
  co_return end;
}

task<closure_end> run_once(pool_state& on, transaction_options const& options,
                           transaction_closure& closure, int number, waiter& by) {
  auto at_once = on.lend_at_once();
  if (!at_once) {
    auto waited = co_await on.lend(options.limits, by);
    if (!waited) co_return closure_end{waited.error()};
    at_once = std::move(*waited);
  }
  lent_session const lent{on, std::move(*at_once), by};
  transaction_run run{**lent, on, options};
  auto end = co_await run_within(run, *lent, closure, number);
  co_await run.roll_back();
  co_return end;
}

}  // namespace

closure_end closure_returned(std::optional<failure> const& seen,
                             std::optional<failure> const& first) {
  // What came first tells more than what came of it (25P02).
  if (!seen || !first) return {seen ? seen : first};
  bool const consequence = seen->code.value == std::string_view{"25P02"};
  return {consequence ? first : seen};
}

closure_end closure_threw(std::optional<failure> const& first) {
  closure_end end;
  try {
    throw;
  } catch (failure_error const& thrown) {
    end = closure_returned(thrown.why(), first);
  } catch (...) {
    end = {first.value_or(classify_current_exception())};
  }
  end.thrown = std::current_exception();
  return end;
}

task<expected<void, failure>> run_transaction(pool_state& on, transaction_options const& options,
                                              transaction_closure& closure, waiter& by) {
  std::random_device system;
  if (options.doubt != nullptr) *options.doubt = {};
  retry const restarts = retry_of(options.restart);
  core::retry_machine machine{restarts, now(), random_bits{system()}, options.limits.deadline};
  for (int number = 1;; ++number) {
    closure_end const end = co_await run_once(on, options, closure, number, by);
    if (!end.seen) co_return expected<void, failure>{};
    if (asks_for_restart(*end.seen)) {
      auto const step = machine.on_failure(*end.seen, now());
      bool const again = co_await waits_for_restart(step, options.limits, by);
      if (again) continue;
    }
    if (end.thrown) std::rethrow_exception(end.thrown);
    co_return unexpected{*end.seen};
  }
}

}  // namespace holdfast::postgres
