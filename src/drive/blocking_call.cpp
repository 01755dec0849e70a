#include "holdfast/drive/blocking_call.hpp"

#include "holdfast/base/units.hpp"

#include <algorithm>

namespace holdfast {
namespace {

failure refused_by(operation const& guarded, duration retry_after) {
  failure why{.category = category::rejected,
              .severity = severity::medium,
              .fault = fault::local,
              .advice = advice::after_wait,
              .retry_after = retry_after};
  why.text.append(guarded.options().name)
      .append(": the circuit is open; ask again in ")
      .append(to_text(std::chrono::ceil<std::chrono::milliseconds>(retry_after)));
  return why;
}

failure no_time_left(operation const& guarded) {
  failure why{.category = category::rejected, .fault = fault::local, .advice = advice::never};
  why.text.append(guarded.options().name).append(": the deadline of the call has passed");
  return why;
}

failure stopped_before(operation const& guarded) {
  failure why{.category = category::cancelled, .fault = fault::nobody, .advice = advice::never};
  why.text.append(guarded.options().name).append(": the caller asked to stop");
  return why;
}

/// The token of a retry, returned unless the retry starts.
class retry_token {
 public:
  explicit retry_token(gate& from) noexcept : from_{&from} {}
  retry_token(retry_token const&) = delete;
  retry_token& operator=(retry_token const&) = delete;
  ~retry_token() {
    if (from_ != nullptr) from_->give_back();
  }
  void spend() noexcept { from_ = nullptr; }

 private:
  gate* from_;
};

}  // namespace

void blocking_call::begin_timed() noexcept {
  started_ = guarded_.time().now();
  deadline_ =
      core::attempt_deadline(started_, guarded_.options().attempt_timeout.limit, call_deadline());
}

bool blocking_call::admit(instant now) {
  core::admission const answer = guarded_.gate().admit(now);
  plain_ = false;
  pass_ = answer.pass;
  tell_transition(answer.changed);
  if (answer.admitted) return true;
  return trouble_ ? false : refuse(refused_by(guarded_, answer.retry_after), now);
}

bool blocking_call::refuse(failure const& why, instant now) {
  refusal_ = why;
  guarded_.emit({.kind = event_kind::call_refused,
                 .operation = guarded_.options().name,
                 .at = now,
                 .seen = &*refusal_});
  return false;
}

bool blocking_call::is_over_before_it_began() {
  instant const now = guarded_.time().now();
  if (stop().stop_requested()) return !refuse(stopped_before(guarded_), now);
  if (now >= call_deadline()) return !refuse(no_time_left(guarded_), now);
  return false;
}

void blocking_call::abandon() noexcept { record(verdict::abandoned, guarded_.time().now()); }

void blocking_call::record_success() noexcept {
  record(verdict::success, guarded_.time().now());
  if (!trouble_) return;
  instant const now = guarded_.time().now();
  trouble_->told.attempts = number_;
  trouble_->told.elapsed = elapsed(trouble_->started, now);
  deliver_story();
  guarded_.emit({.kind = event_kind::call_recovered,
                 .operation = guarded_.options().name,
                 .at = now,
                 .attempt = number_,
                 .told = &trouble_->told});
}

void blocking_call::record(verdict outcome, instant now) {
  core::permit const pass = plain_ ? gate::permit_of(started_word_) : pass_;
  tell_transition(guarded_.gate().record(pass, outcome, number_ == 1, now));
}

bool blocking_call::again_after(failure const& seen) {
  running_ = false;
  instant const now = guarded_.time().now();
  record(verdict_on(seen, guarded_.options().breaker.throttled_counts), now);
  core::retry_step const step = decide(seen, now);
  if (auto const* end = std::get_if<core::stop>(&step)) return end_with(end->reason, seen, now);
  retry_token token{guarded_.gate()};
  if (!wait_for(step, seen, now)) {
    return end_with(stop_reason::cancelled, seen, guarded_.time().now());
  }
  instant const start = guarded_.time().now();
  // A wait can end late; an attempt without time would only fail.
  if (start >= call_deadline()) return end_with(stop_reason::time_spent, seen, start);
  if (!admit(start)) return end_with(stop_reason::circuit_open, seen, start);

  token.spend();
  running_ = true;
  ++number_;
  deadline_ =
      core::attempt_deadline(start, guarded_.options().attempt_timeout.limit, call_deadline());
  return true;
}

core::retry_step blocking_call::decide(failure const& seen, instant now) {
  operation_options const& policies = guarded_.options();
  if (!trouble_) {
    bool const timed = guarded_.needs_start_time() || options_ != nullptr;
    instant const started = timed ? started_ : now;
    trouble_.emplace(
        core::retry_machine{policies.retry, started, guarded_.draw_stream(), call_deadline()},
        story{}, started);
    trouble_->told.idempotent = policies.retry.idempotent;
    if (options_ != nullptr && options_->max_attempts) {
      trouble_->machine.limit_attempts(std::max(1, *options_->max_attempts));
    }
  }
  trouble_->told.attempts = number_;
  trouble_->told.tell(seen);
  core::retry_step const decided = trouble_->machine.on_failure(seen, now);
  if (stop().stop_requested()) return core::stop{stop_reason::cancelled};
  return guarded_.gate().allow(decided, now);
}

bool blocking_call::wait_for(core::retry_step const& step, failure const& seen, instant now) {
  auto const* pause = std::get_if<core::wait>(&step);
  duration const length = pause != nullptr ? pause->until - now : duration::zero();
  trouble_->told.tell_pause(length);
  guarded_.emit({.kind = event_kind::attempt_failed,
                 .operation = guarded_.options().name,
                 .at = now,
                 .attempt = number_,
                 .seen = &seen,
                 .pause = length});
  if (pause == nullptr) return !stop().stop_requested();
  return guarded_.time().sleep_until(pause->until, stop());
}

bool blocking_call::end_with(stop_reason reason, failure const& seen, instant now) {
  trouble_->told.stopped = reason;
  trouble_->told.elapsed = elapsed(trouble_->started, now);
  deliver_story();
  guarded_.emit({.kind = event_kind::call_failed,
                 .operation = guarded_.options().name,
                 .at = now,
                 .attempt = number_,
                 .seen = &seen,
                 .stopped = reason,
                 .told = &trouble_->told});
  return false;
}

void blocking_call::tell_transition(std::optional<transition> const& changed) {
  if (!changed) return;
  guarded_.emit({.kind = event_kind::breaker_changed,
                 .operation = guarded_.options().name,
                 .at = changed->at,
                 .changed = &*changed});
}

void blocking_call::deliver_story() {
  if (options_ != nullptr && options_->story != nullptr) *options_->story = trouble_->told;
}

}  // namespace holdfast
