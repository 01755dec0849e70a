#include "holdfast/drive/guard.hpp"

namespace holdfast {

guard_stats guard::stats() const {
  gate& gate = shared_->gate();
  instant const now = shared_->time().now();
  changes changed;
  guard_stats seen{.breaker = gate.stats(now, changed),
                   .budget_tokens = gate.budget_tokens(now, changed),
                   .successes = gate.successes(),
                   .refusals = gate.refusals(),
                   .listener_failures = shared_->listener_failures()};
  shared_->emit(changed);
  limit_gates* const limits = shared_->limits();
  if (limits == nullptr) return seen;
  held_policies const held{*shared_};
  operation_options const& policies = held.of(*shared_);
  if (policies.bulkhead.max_concurrent > 0) {
    seen.running = limits->places.running();
    seen.waiting = limits->places.waiting();
  }
  if (policies.limiter.per_second != off) seen.turns = limits->turns.tokens(now);
  return seen;
}

gate_snapshot guard::snapshot() const {
  changes changed;
  gate_snapshot copy = shared_->gate().snapshot(shared_->time().now(), changed);
  shared_->emit(changed);
  return copy;
}

void guard::restore(gate_snapshot const& from) const {
  shared_->gate().restore(from, shared_->time().now());
}

void guard::share(duration length) const {
  instant const now = shared_->time().now();
  shared_->gate().share(later(now, length), now);
}

core::breaker_shared_view guard::look_for_sharing() const {
  return shared_->gate().look_for_sharing(shared_->time().now());
}

std::optional<std::uint64_t> guard::allow_probes(std::uint64_t generation, instant until) const {
  changes changed;
  auto const now = shared_->gate().allow_probes(generation, until, shared_->time().now(), changed);
  shared_->emit(changed);
  return now;
}

std::optional<std::uint64_t> guard::adopt(std::uint64_t generation,
                                          core::found_elsewhere const& found) const {
  changes changed;
  auto const now = shared_->gate().adopt(generation, found, shared_->time().now(), changed);
  shared_->emit(changed);
  return now;
}

operation_options guard::policies() const {
  held_policies const held{*shared_};
  return held.of(*shared_);
}

void guard::reconfigure(operation_options next) const { shared_->reconfigure(std::move(next)); }

void guard::force_open(std::string_view why, duration length) const {
  force(breaker_state::forced_open, why, length);
}

void guard::disable(std::string_view why, duration length) const {
  force(breaker_state::disabled, why, length);
}

void guard::observe_only(std::string_view why, duration length) const {
  force(breaker_state::observe_only, why, length);
}

void guard::reset(std::string_view why) const {
  changes changed;
  shared_->gate().reset(why, shared_->time().now(), changed);
  shared_->emit(changed);
}

void guard::force(breaker_state override, std::string_view why, duration length) const {
  instant const now = shared_->time().now();
  changes changed;
  shared_->gate().force(override, why, later(now, length), now, changed);
  shared_->emit(changed);
}

}  // namespace holdfast
