#include "holdfast/classify/recoverer.hpp"

namespace holdfast {
namespace {

failure not_offered(std::string_view step) noexcept {
  failure made;
  made.category = category::programming;
  made.severity = severity::high;
  made.fault = fault::caller;
  made.advice = advice::never;
  made.text.append("this connector does not offer the step ").append(step);
  return made;
}

}  // namespace

std::optional<failure> recoverer::reconnect() { return not_offered("reconnect"); }
std::optional<failure> recoverer::refresh_credentials() {
  return not_offered("refresh_credentials");
}
std::optional<failure> recoverer::reprepare() { return not_offered("reprepare"); }
std::optional<failure> recoverer::restart_transaction() {
  return not_offered("restart_transaction");
}
resolved recoverer::resolve_outcome() { return resolved::still_in_doubt; }
std::optional<failure> recoverer::skip_record(failure const& /*why*/) {
  return not_offered("skip_record");
}

recovery_result recovery::after(failure const& seen) {
  recovery_plan const plan{seen};
  for (recovery_step const step : plan.steps()) {
    if (auto const end = carry_out(step, seen)) return *end;
  }
  return {recovery_end::failed, seen};
}

/// The end, if the step is one; nothing if the next step is to follow.
std::optional<recovery_result> recovery::carry_out(recovery_step step, failure const& seen) {
  auto const unless_failed = [](std::optional<failure> const& why) {
    return why ? std::optional{recovery_result{recovery_end::failed, *why}} : std::nullopt;
  };
  switch (step) {
    case recovery_step::wait: return std::nullopt;
    case recovery_step::reconnect: return unless_failed(by_->reconnect());
    case recovery_step::refresh_credentials: {
      bool const refreshed = !once(refreshed_, seen, &recoverer::refresh_credentials);
      return refreshed ? std::nullopt : unless_failed(seen);  // the refused secret is the news
    }
    case recovery_step::reprepare:
      return unless_failed(once(reprepared_, seen, &recoverer::reprepare));
    case recovery_step::restart_transaction: return unless_failed(by_->restart_transaction());
    case recovery_step::resolve_outcome: {
      recovery_result const end = resolve(seen);
      return end.end == recovery_end::repeat ? std::nullopt : std::optional{end};
    }
    case recovery_step::skip_record: {
      bool const done = !by_->skip_record(seen);
      return done ? std::optional{recovery_result{recovery_end::skipped, seen}} : std::nullopt;
    }
    case recovery_step::repeat: return recovery_result{recovery_end::repeat, seen};
    case recovery_step::fail: break;
  }
  return recovery_result{recovery_end::failed, seen};
}

recovery_result recovery::resolve(failure const& seen) {
  switch (by_->resolve_outcome()) {
    case resolved::happened: return {recovery_end::succeeded, seen};
    case resolved::did_not_happen: return {recovery_end::repeat, seen};
    case resolved::still_in_doubt: break;
  }
  return {recovery_end::failed, seen};
}

std::optional<failure> recovery::once(bool& done, failure const& seen,
                                      std::optional<failure> (recoverer::*step)()) {
  if (done) return seen;
  done = true;
  return (by_->*step)();
}

}  // namespace holdfast
