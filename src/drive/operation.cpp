#include "holdfast/drive/operation.hpp"

#include "drive/hang_search.hpp"
#include "drive/option_problems.hpp"
#include "drive/seeds.hpp"
#include "drive/shown.hpp"
#include "holdfast/classify/exceptions.hpp"
#include "holdfast/core/breaker_fields.hpp"
#include "holdfast/core/budget_fields.hpp"
#include "holdfast/core/bulkhead_fields.hpp"
#include "holdfast/core/deadline_fields.hpp"
#include "holdfast/core/fault_injection_fields.hpp"
#include "holdfast/core/hedge_fields.hpp"
#include "holdfast/core/limiter_fields.hpp"
#include "holdfast/core/retry_fields.hpp"
#include "holdfast/drive/contradictions.hpp"
#include "holdfast/drive/rejected.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include <pthread.h>

namespace holdfast {
namespace {

operation_options const& checked(operation_options const& options) {
  throw_if_any("guard \"" + options.name + "\"", check(options));
  return options;
}

timekeeper& clock_of(operation_options const& options) {
  return options.surroundings.time != nullptr ? *options.surroundings.time : system_time();
}

/// Options without their name, shared with other guards that were lately made with the same ones:
/// a thousand guards of one kind hold one copy.
std::shared_ptr<operation_options const> shared_policies(operation_options options) {
  constexpr std::size_t remembered = 8;
  struct memory {
    memory() { count_forks(); }
    fork_safe_lock lock;
    std::array<std::weak_ptr<operation_options const>, remembered> recent;
    std::size_t next = 0;
  };
  // NOLINTNEXTLINE(*-avoid-non-const-global-variables)
  static auto* const known = new memory;  // guards may be made after static destructors have run
  options.name.clear();
  lock_holder const held{known->lock};
  for (auto const& each : known->recent) {
    if (auto same = each.lock(); same && *same == options) return same;
  }
  // Not make_shared: what is remembered here must not keep the memory of options that nobody uses.
  std::shared_ptr<operation_options const> made{new operation_options{std::move(options)}};
  known->recent[known->next++ % remembered] = made;
  return made;
}

// NOLINTBEGIN(*-avoid-c-arrays): see operation.hpp
std::unique_ptr<char[]> copy_of(std::string const& name) {
  auto copy = std::make_unique<char[]>(name.size() + 1);
  // NOLINTEND(*-avoid-c-arrays)
  std::memcpy(copy.get(), name.c_str(), name.size() + 1);
  return copy;
}

/// A limit this long can count from the last tick: it ends at most an eighth early.
[[nodiscard]] bool counts_from_a_tick(duration limit) noexcept {
  return limit >= 8 * ticker::longest_tick;
}

/// Whether a call can come to a second attempt, as far as the options go.
[[nodiscard]] bool may_retry(retry const& options) noexcept {
  return options.max_attempts > 1 ||
         std::any_of(options.per_category.begin(), options.per_category.end(),
                     [](auto const& each) { return each.second.max_attempts.value_or(1) > 1; });
}

[[nodiscard]] bool budgets_retries(operation_options const& options) noexcept {
  if (options.shared_budget.is_one()) return true;
  bool const repeats = may_retry(options.retry) || options.hedge.max_hedges > 0;
  return repeats && options.budget.capacity != off;
}

/// Epochs no longer than a bucket, and so few that the machine's years fit.
[[nodiscard]] gate_word::epochs epochs_within(duration bucket, instant now) noexcept {
  constexpr duration years = std::chrono::hours{24 * 365 * 10};
  auto const width = [](std::uint64_t count) {
    return static_cast<unsigned>(std::bit_width(count));
  };
  unsigned const of_bucket = width(tick_of_instant(instant{bucket})) - 1;
  unsigned const of_life = width(tick_of_instant(later(now, years))) - gate_word::epoch_bits;
  return gate_word::epochs{std::max(of_bucket, of_life)};
}

/// How the gate follows the time, and what it does besides.
[[nodiscard]] gate_plan plan_of(operation_options const& options, timekeeper& time) noexcept {
  gate_plan plan;
  auto const needs = [&](duration stretch) {
    duration const tick = ticker::tick_for(stretch);
    plan.tick = plan.tick == duration::zero() ? tick : std::min(plan.tick, tick);
  };
  auto const needs_start = [&](duration limit) {
    if (is_off(limit)) return;
    needs(ticker::longest_tick * 4);
    if (options.nesting == nesting::untracked) plan.flags |= gate_word::ticked;
    if (!counts_from_a_tick(limit)) plan.flags |= gate_word::clocked;
  };
  plan.waits_for_circuit = options.retry.wait_for_circuit > duration::zero();
  breaker const& circuit = options.breaker;
  plan.budgets_retries = budgets_retries(options);
  bool const tells_unhedged = options.hedge.max_hedges > 0;  // by a success that is looked at
  if (plan.budgets_retries || judges_rates(circuit) || tells_unhedged)
    plan.flags |= gate_word::counts;
  if (options.nesting == nesting::tracked) plan.flags |= gate_word::tracks;
  if (circuit.failure_threshold > 0 || judges_rates(circuit)) plan.flags |= gate_word::may_watch;
  if (judges_rates(circuit) && circuit.window.kind == window_kind::time) {
    duration const bucket = circuit.window.span / circuit.window.buckets;
    needs(bucket);
    plan.epochs = epochs_within(std::max(bucket, plan.tick), time.now());
  }
  if (!is_off(options.attempt_timeout.limit)) plan.flags |= gate_word::bounds;
  needs_start(options.attempt_timeout.limit);
  needs_start(options.total_timeout.limit);
  needs_start(options.retry.max_elapsed);
  if (circuit.slow_call_rate != off) {
    plan.flags |= gate_word::judged_slow;
    needs_start(circuit.slow_call);
  }
  if (circuit.max_hanging > 0) needs(circuit.slow_call);
  if (limits_attempts(options)) plan.flags |= gate_word::limited;
  if (duration const slack = limiter_gate::slack_of(options.limiter); slack > duration::zero()) {
    needs(slack);
  }
  if (options.liveness == liveness::live) {
    plan.flags |= gate_word::live;
    needs(ticker::longest_tick);  // a limit may come between a call's start and its first look
  }
  if (options.fault_injection.failure_rate > 0 || options.fault_injection.latency_rate > 0) {
    plan.flags |= gate_word::injects;
  }
  return plan;
}

/// What metrics ask of each call: to be counted, and to be timed, at least now and then.
struct asked_by_metrics {
  std::uint64_t flags = gate_word::counts;
  duration tick = duration::zero();
};

/// Where not every call is timed by the clock, those that fail began at a tick.
[[nodiscard]] asked_by_metrics asked_of(operation_options const& options) noexcept {
  bool const times_all =
      options.kind != operation_kind::other || options.breaker.slow_call_rate != off;
  asked_by_metrics asked;
  asked.flags |= times_all ? gate_word::judged_slow | gate_word::clocked : gate_word::sampled;
  if (!times_all) asked.tick = ticker::longest_tick;
  return asked;
}

}  // namespace

bool limits_attempts(operation_options const& options) noexcept {
  return options.bulkhead.max_concurrent > 0 || options.limiter.per_second != off;
}

std::vector<std::string> check(operation_options const& options) {
  constexpr std::size_t longest_name = 120;
  std::vector<std::string> problems;
  if (options.name.empty() || options.name.size() > longest_name) {
    problems.push_back("the name must have 1 .. 120 bytes, it has " +
                       std::to_string(options.name.size()));
  }
  if (options.name.find('\0') != std::string::npos) {
    problems.emplace_back("the name holds a NUL byte; allowed: any other");
  }
  add_problems("retry", options.retry, problems);
  add_problems("breaker", options.breaker, problems);
  add_problems("budget", options.budget, problems);
  add_problems("hedge", options.hedge, problems);
  add_problems("bulkhead", options.bulkhead, problems);
  add_problems("limiter", options.limiter, problems);
  add_problems("attempt_timeout", options.attempt_timeout, problems);
  add_problems("total_timeout", options.total_timeout, problems);
  add_problems("fault_injection", options.fault_injection, problems);
  for (field_problem const& each : contradictions(options)) {
    problems.push_back(each.field + ": " + each.found + "; allowed: " + each.allowed);
  }
  return problems;
}

operation::operation(operation_options const& options)
    : operation{shared_policies(checked(options)), options.name} {}

operation::operation(std::shared_ptr<operation_options const> policies, std::string const& name)
    : gate_{policies->breaker,       policies->budget,
            policies->shared_budget, plan_of(*policies, clock_of(*policies)),
            clock_of(*policies),     random_bits{seed_of(policies->surroundings)}},
      policies_{std::move(policies)},
      name_{copy_of(name)},
      // Mixed before calls add their numbers; see random_bits::stream.
      next_stream_{random_bits{seed_of(policies_->surroundings)}()} {
  bool const live = policies_->liveness == liveness::live;
  if (live || limits_attempts(*policies_)) {
    rare().limits =
        std::make_unique<limit_gates>(policies_->bulkhead, policies_->limiter, time(), live);
  }
  if (live || policies_->hedge.max_hedges > 0) {
    rare().hedging = std::make_unique<hedge_gate>(policies_->hedge);
  }
  if (live) rare().live = std::make_unique<live_policies>(policies_, gate_.word());
  // Last: from here on the ticker may look at this, and so at the parts that hold the search.
  if (policies_->breaker.max_hanging > 0) {
    rare_parts& parts = rare();
    parts.searches = std::make_unique<hang_search>(*this);
  }
}

void operation::reconfigure(operation_options next) {
  if (live() == nullptr) {
    throw_if_any("guard \"" + std::string{name()} + "\"",
                 {"its policies are fixed; allowed: to make it with liveness::live"});
  }
  next.name = name();
  next.nesting = policies_->nesting;
  next.liveness = policies_->liveness;
  next.classifier = policies_->classifier;
  next.surroundings = policies_->surroundings;
  std::shared_ptr<operation_options const> const made = shared_policies(checked(next));
  changes changed;
  {
    lock_holder const held{rare_->changing};
    // Before the ticker has anything to look for: this may throw.
    if (made->breaker.max_hanging > 0 && rare_->searches == nullptr) {
      rare_->searches = std::make_unique<hang_search>(*this);
    }
    adopt(made, changed);
  }
  emit(changed);
}

// Under the lock of changes.
void operation::adopt(std::shared_ptr<operation_options const> const& policies, changes& changed) {
  gate_plan const plan = plan_for(*policies);
  live()->exchange(policies, plan.flags, gate_, [&] {
    gate_.reconfigure(policies->breaker, policies->budget, policies->shared_budget, plan,
                      time().now(), changed);
    rare_->hedging->reconfigure(policies->hedge);
  });
  // Not within the exchange: who is handed a place may be asked for its policies.
  rare_->limits->reconfigure(policies->bulkhead, policies->limiter);
}

gate_plan operation::plan_for(operation_options const& policies) const noexcept {
  gate_plan plan = plan_of(policies, time());
  if (!keeps_durations()) return plan;
  asked_by_metrics const asked = asked_of(policies);
  plan.flags |= asked.flags;
  if (plan.tick == duration::zero()) plan.tick = asked.tick;
  return plan;
}

operation::rare_parts::rare_parts() = default;
operation::rare_parts::~rare_parts() = default;

operation::rare_parts& operation::rare() {
  if (!rare_) rare_ = std::make_unique<rare_parts>();
  return *rare_;
}

operation::~operation() {
  if (rare_) rare_->searches.reset();  // it may still be telling
  listener const* each = first_listener_.load(std::memory_order_acquire);
  while (each != nullptr) {
    std::unique_ptr<listener const> const ended{each};
    each = ended->next.load(std::memory_order_acquire);
  }
}

timekeeper& operation::time() const noexcept { return gate_.time(); }

failure operation::classify_exception() const noexcept {
  return policies_->classifier != nullptr ? policies_->classifier() : classify_current_exception();
}

random_bits operation::draw_stream() noexcept {
  return random_bits{next_stream_.fetch_add(1, std::memory_order_relaxed)}.split();
}

core::injected_fault operation::draw_fault(fault_injection const& options) noexcept {
  auto const number = next_fault_.fetch_add(1, std::memory_order_relaxed);
  random_bits chance = random_bits::stream(options.seed, number);
  return core::draw_fault(options, chance);
}

void operation::listen(std::shared_ptr<event_sink> sink,
                       std::shared_ptr<call_durations> durations) {
  bool const counts = durations != nullptr;
  auto* const added = new listener{std::move(sink), std::move(durations)};
  std::atomic<listener*>* end = &first_listener_;
  listener* seen = nullptr;
  while (!end->compare_exchange_weak(seen, added, std::memory_order_acq_rel)) {
    if (seen != nullptr) end = &std::exchange(seen, nullptr)->next;
  }
  event_interest wanted = interest();
  while (!interest_.compare_exchange_weak(wanted, wanted | added->interest)) {
  }
  if (!counts) return;
  if (live() == nullptr) {
    asked_by_metrics const asked = asked_of(*policies_);
    return gate_.ask_for(asked.flags, asked.tick);
  }
  changes changed;
  {
    lock_holder const held{rare_->changing};
    auto const same = live()->present().options;  // the exchange frees what holds them now
    adopt(same, changed);
  }
  emit(changed);
}

bool operation::keeps_durations() const noexcept {
  listener const* each = first_listener_.load(std::memory_order_acquire);
  while (each != nullptr && each->durations == nullptr) {
    each = each->next.load(std::memory_order_acquire);
  }
  return each != nullptr;
}

void operation::record_durations(duration call, duration attempt) const noexcept {
  listener const* each = first_listener_.load(std::memory_order_acquire);
  for (; each != nullptr; each = each->next.load(std::memory_order_acquire)) {
    if (each->durations != nullptr) each->durations->record(call, attempt);
  }
}

void operation::emit(event const& what) noexcept {
  event_interest const wanted = interest();
  if (!wanted.wants(what.kind)) return;
  // The cancellation of a thread must not end in the middle: nothing could be rethrown from here.
  int before = 0;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
  std::optional<shown_event> shown;
  if (wanted.wants_texts()) shown.emplace(what);
  listener const* each = first_listener_.load(std::memory_order_acquire);
  for (; each != nullptr; each = each->next.load(std::memory_order_acquire)) {
    if (!each->interest.wants(what.kind)) continue;
    try {
      each->sink->on_event(shown ? shown->view() : what);
    } catch (...) {
      // A listener must never decide what becomes of the caller's call.
      listener_failures_.fetch_add(1, std::memory_order_relaxed);
    }
  }
  pthread_setcancelstate(before, nullptr);
}

void operation::emit(changes const& changed) noexcept {
  for (transition const& each : changed) {
    emit({.kind = event_kind::breaker_changed,
          .operation = name(),
          .at = each.at,
          .changed = &each});
  }
}

bool operation::first_to_tell(event_kind what) noexcept {
  return (told_.fetch_or(bit_of(what), std::memory_order_relaxed) & bit_of(what)) == 0;
}

}  // namespace holdfast
