#include "telemetry/event_counts.hpp"

#include "holdfast/core/metric_source.hpp"
#include "holdfast/core/story.hpp"
#include "holdfast/redact/redact.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace holdfast {
namespace {

/// Whether the reason says that there could have been another attempt.
[[nodiscard]] bool suppresses(stop_reason why) noexcept {
  switch (why) {
    case stop_reason::withheld:
    case stop_reason::in_doubt:
    case stop_reason::time_spent:
    case stop_reason::retry_after_too_long:
    case stop_reason::retry_after_past_deadline:
    case stop_reason::pushed_back:
    case stop_reason::no_budget:
    case stop_reason::circuit_open:
    case stop_reason::bulkhead_full:
    case stop_reason::rate_limited: return true;
    case stop_reason::none:
    case stop_reason::permanent:
    case stop_reason::attempts_spent:
    case stop_reason::cancelled: return false;
  }
  return false;
}

[[nodiscard]] bool is_cancelled(event const& what) noexcept {
  return what.stopped == stop_reason::cancelled ||
         (what.seen != nullptr && what.seen->category == category::cancelled);
}

}  // namespace

duration_bounds const& event_counts::outage_bounds() {
  using namespace std::chrono_literals;
  static duration_bounds const bounds{
      std::array<duration, 12>{100ms, 500ms, 1s, 5s, 15s, 30s, 1min, 5min, 15min, 1h, 3h, 6h}};
  return bounds;
}

event_counts::event_counts(duration_bounds const& bounds, wall_clock clock)
    : bounds_{bounds}, clock_{std::move(clock)} {}

void event_counts::take(event const& what) {
  switch (what.kind) {
    case event_kind::attempt_failed: return take_failed_attempt(what);
    case event_kind::call_failed: return take_failed_call(what);
    case event_kind::call_recovered: return take_recovered_call(what);
    case event_kind::call_refused: return take_refused_call(what);
    case event_kind::breaker_changed:
      if (what.changed != nullptr) take_transition(*what.changed);
      return;
    case event_kind::hedge_started: ++hedges_started; return;
    case event_kind::hedge_refused: ++hedges_refused; return;
    case event_kind::unbounded_call:
    case event_kind::amplification:
    case event_kind::unhedged_call: return;
  }
}

void event_counts::take_failed_attempt(event const& what) {
  if (what.seen == nullptr) return;
  failures[static_cast<std::size_t>(what.seen->severity)].add(what.seen->category);
  if (what.took > duration::zero()) failed_attempt.record(what.took, bounds_);
  bool const is_followed = what.kind == event_kind::attempt_failed && what.retries > 0;
  if (is_followed) backoff.record(what.pause, bounds_);
}

void event_counts::take_failed_call(event const& what) {
  if (!what.told_before) take_failed_attempt(what);
  if (suppresses(what.stopped)) suppressed.add(what.stopped);
  count_retries(what.retries);
  if (what.retries > 0) ++failed_after_retry;
  if (what.stopped == stop_reason::cancelled) {
    ++cancelled_calls;
    return;
  }
  ++failed_calls;
  if (what.told == nullptr || what.told->elapsed <= duration::zero()) return;
  std::size_t const bucket = failed_call.record(what.told->elapsed, bounds_);
  keep(failed_exemplars_, what, bucket, what.told->elapsed);
}

void event_counts::take_recovered_call(event const& what) {
  ++recovered_calls;
  if (what.took > duration::zero()) recovered_attempt.record(what.took, bounds_);
  count_retries(what.retries);
  if (what.told == nullptr || what.told->elapsed <= duration::zero()) return;
  std::size_t const bucket = recovered_call.record(what.told->elapsed, bounds_);
  keep(recovered_exemplars_, what, bucket, what.told->elapsed);
}

// Those of an open circuit are counted by the guard: most of them are never told.
void event_counts::take_refused_call(event const& what) {
  if (what.stopped == stop_reason::circuit_open) return;
  if (is_cancelled(what)) {
    ++cancelled_calls;
  } else {
    rejected.add(what.stopped == stop_reason::none ? stop_reason::time_spent : what.stopped);
  }
}

void event_counts::count_retries(int started) {
  for (int number = 1; number <= started; ++number) {
    ++retries[std::min<std::size_t>(static_cast<std::size_t>(number), told_retries) - 1];
  }
}

// An outage lasts from the first opening to the closing, whatever is tried between.
void event_counts::take_transition(transition const& changed) {
  std::optional<duration> lasted;
  {
    std::lock_guard const held{lock_};
    ++transitions_[{changed.from, changed.to, changed.reason}];
    if (changed.to == breaker_state::open && !outage_began_) outage_began_ = changed.at;
    if (changed.to == breaker_state::closed && outage_began_) {
      lasted = elapsed(*std::exchange(outage_began_, std::nullopt), changed.at);
    }
  }
  if (lasted) outage.record(*lasted, outage_bounds());
}

void event_counts::keep(std::unique_ptr<kept_exemplars>& in, event const& what, std::size_t bucket,
                        duration value) {
  if (what.correlation_id.empty()) return;
  std::string const shown = redacted(what.correlation_id, text_end::cut);
  double const at = std::chrono::duration<double>{clock_().time_since_epoch()}.count();
  std::lock_guard const held{lock_};
  if (!in) in = std::make_unique<kept_exemplars>();
  (*in)[bucket] = {std::string_view{shown}, in_seconds(value), at};
}

std::map<transition_key, std::uint64_t> event_counts::transitions() const {
  std::lock_guard const held{lock_};
  return transitions_;
}

kept_exemplars event_counts::failed_exemplars() const {
  std::lock_guard const held{lock_};
  return failed_exemplars_ ? *failed_exemplars_ : kept_exemplars{};
}

kept_exemplars event_counts::recovered_exemplars() const {
  std::lock_guard const held{lock_};
  return recovered_exemplars_ ? *recovered_exemplars_ : kept_exemplars{};
}

counting_sink::counting_sink(duration_bounds const& bounds, wall_clock clock)
    : bounds_{bounds}, clock_{std::move(clock)} {}

counting_sink::~counting_sink() {
  std::unique_ptr<event_counts const> const ended{counts_.load(std::memory_order_acquire)};
}

event_interest counting_sink::interest() const noexcept {
  return event_interest::in({event_kind::attempt_failed, event_kind::call_failed,
                             event_kind::call_recovered, event_kind::call_refused,
                             event_kind::breaker_changed, event_kind::hedge_started,
                             event_kind::hedge_refused})
      .without_texts()
      .without_certain_refusals();
}

void counting_sink::on_event(event const& what) {
  event_counts* known = counts_.load(std::memory_order_acquire);
  if (known == nullptr) {
    auto made = std::make_unique<event_counts>(bounds_, clock_);
    if (counts_.compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) {
      known = made.release();
    }
  }
  known->take(what);
}

}  // namespace holdfast
