#include "holdfast/connect/postgres/transact.hpp"

#include "connect/postgres/transaction_run.hpp"
#include "connect/postgres/waiting.hpp"
#include "holdfast/core/retry_machine.hpp"
#include "holdfast/drive/timekeeper.hpp"

#include <random>
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
bool waits_for_restart(core::retry_step const& step, call_limits const& limits) {
  if (std::holds_alternative<core::stop>(step)) return false;
  auto const* pause = std::get_if<core::wait>(&step);
  return pause == nullptr || system_time().sleep_until(pause->until, limits.stop);
}

retry retry_of(restart const& given) {
  return {.max_attempts = given.max_attempts,
          .initial_delay = given.initial_delay,
          .max_delay = given.max_delay,
          .jitter = jitter::full};
}

/// What came of one run.
struct run_end {
  std::optional<failure> seen{};
  std::exception_ptr thrown{};
};

run_end run_once(pool const& on, transaction_options const& options, detail::transaction_body& body,
                 int number) {
  auto session = on.borrow(options.limits);
  if (!session) return {session.error()};
  transaction_run run{**session, options, number};
  if (auto begun = run.begin(); !begun) return {begun.error()};
  if (auto seen = run.call(body)) return {seen, run.thrown()};
  auto const committed = run.commit(on);
  if (!committed) return {committed.error()};
  return {};
}

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
  std::random_device system;
  if (options.doubt != nullptr) *options.doubt = {};
  retry const restarts = retry_of(options.restart);
  core::retry_machine machine{restarts, now(), random_bits{system()}, options.limits.deadline};
  for (int number = 1;; ++number) {
    run_end const end = run_once(on, options, body, number);
    if (!end.seen) return {};
    bool const again = asks_for_restart(*end.seen) &&
                       waits_for_restart(machine.on_failure(*end.seen, now()), options.limits);
    if (again) continue;
    if (end.thrown) std::rethrow_exception(end.thrown);
    return unexpected{*end.seen};
  }
}

}  // namespace holdfast::postgres
