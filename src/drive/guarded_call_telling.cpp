// What a call tells: its story, and events to whoever listens.
#include "drive/call_policies.hpp"
#include "drive/shown.hpp"
#include "drive/tick_time.hpp"
#include "holdfast/base/failure_context.hpp"
#include "holdfast/drive/guarded_call.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace holdfast {

void guarded_call::tell_success(instant now, bool counted) {
  if (!went_slowly() || !slow().failed) return;
  trouble& sofar = *slow().failed;
  if (slow().told == nullptr) return;
  if (!sofar.ran || counted) {  // or it only waited for the circuit
    deliver_story();
    return drop_story();
  }
  slow().told->attempts = shown_.number();
  slow().told->elapsed = elapsed(sofar.machine.started(), now);
  deliver_story();
  auto const started = time_of(shown_.attempt_started());
  emit({.kind = event_kind::call_recovered,
        .at = now,
        .took = started ? elapsed(*started, now) : duration::zero(),
        .told = slow().told,
        .retries = sofar.retries});
  drop_story();
}

void guarded_call::tell_failure(failure const& seen, call_context const& of, instant now) {
  open_trouble(now);
  auto const started = time_of(of.attempt_started());
  slow().failed->ran = true;
  slow().failed->last_told = false;
  if (story* const told = slow().told) {
    told->attempts = of.number();
    told->tell(seen, started ? elapsed(*started, now) : duration::zero());
  }
  if (failure_context* const known = shown_.context()) {
    known->operation = guarded().name();
    known->correlation_id = shown_.correlation_id();
    known->attempt = of.number();
  }
}

duration guarded_call::last_took() const noexcept {
  story const* const told = slow().told;
  return told != nullptr && told->last ? told->last->took : duration::zero();
}

void guarded_call::end_story(stop_reason reason, instant now) {
  story& told = *slow().told;
  told.stopped = reason;
  if (!is_first()) told.attempts = std::max(told.attempts, shown_.number());
  told.elapsed = elapsed(slow().failed->machine.started(), now);
  deliver_story();
}

// A story is told to listeners and to whoever asked for it, or to nobody.
void guarded_call::deliver_story() {
  bool const asked_for = shown_.options() != nullptr && shown_.options()->story != nullptr;
  bool const others_read =
      guarded().interest().wants_stories() && guarded().interest().wants_texts();
  if (asked_for || others_read) redact_texts(*slow().told);
  if (asked_for) *shown_.options()->story = *slow().told;
}

void guarded_call::drop_story() noexcept {
  if (!went_slowly() || !slow().told_on_heap) return;
  std::unique_ptr<story> const ended{std::exchange(slow().told, nullptr)};
  slow().told_on_heap = false;
}

void guarded_call::emit(event what) {
  if (!guarded().interest().wants(what.kind)) return;
  what.operation = guarded().name();
  what.correlation_id = shown_.correlation_id();
  if (what.seen != nullptr) what.context = shown_.context();
  if (what.attempt == 0) what.attempt = shown_.number();
  guarded().emit(what);
}

// No attempt ran.
void guarded_call::tell_refusal(instant now, stop_reason reason) {
  if (slow().failed && slow().told != nullptr) end_story(reason, now);
  if (!guarded().interest().wants(event_kind::call_refused)) return;
  failure const why = slow().refused.as_failure();
  guarded().emit({.kind = event_kind::call_refused,
                  .operation = guarded().name(),
                  .at = now,
                  .correlation_id = shown_.correlation_id(),
                  .seen = &why,
                  .stopped = reason});
}

// attempt_timeout can't bound a callable that takes no attempt: say so, once a guard.
void guarded_call::tell_unbounded() {
  gate().clear_bounds();
  if (!guarded().first_to_tell(event_kind::unbounded_call)) return;
  emit({.kind = event_kind::unbounded_call, .at = guarded().time().now()});
}

// Guards of k attempts each, n of them within each other, make k^n attempts in the worst case.
void guarded_call::tell_amplification(instant now) {
  std::uint64_t attempts = 1;
  int layers = 0;
  for (call_context const* each = &shown_; each != nullptr; each = each->parent()) {
    int const allowed = policies_of(*each).retry.max_attempts;
    if (allowed < 2) continue;
    ++layers;
    attempts = std::min(attempts * static_cast<std::uint64_t>(allowed), most_amplification);
  }
  if (layers < 2 || !guarded().first_to_tell(event_kind::amplification)) return;
  emit({.kind = event_kind::amplification, .at = now, .amplification = attempts});
}

}  // namespace holdfast
