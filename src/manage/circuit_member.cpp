#include "manage/circuit_member.hpp"

#include <algorithm>

namespace holdfast {
namespace {

/// Who wants a lease that another has held for so long says so.
constexpr duration waits_before_asking = std::chrono::seconds{1};
/// How often the time doubles for which a lease is kept unused: to an hour or so.
constexpr int most_doublings = 11;

[[nodiscard]] bool is_aside(breaker_state state) noexcept {
  return state == breaker_state::disabled || state == breaker_state::observe_only;
}

[[nodiscard]] bool is_closed(breaker_state state) noexcept {
  return state == breaker_state::closed || state == breaker_state::ramping;
}

[[nodiscard]] bool holds_lease(shared_circuit const& common, sharing_process const& self) noexcept {
  return common.lease && common.lease->holder == self.number &&
         common.lease->round == common.changes;
}

/// Writes down what the own breaker has become. A lease stays where probes of its holder may still
/// run: they are over when it ends.
void tell(core::breaker_shared_view const& own, shared_circuit& common,
          sharing_process const& self) {
  bool const opens = !is_closed(own.state);
  bool const same_end = common.open_until == own.open_until;
  if (opens == common.open && (!opens || own.state != breaker_state::open || same_end)) return;
  bool const alone = holds_lease(common, self) && own.most_probes == 1;
  if (!opens || alone) common.lease.reset();
  ++common.changes;
  common.passed_on = 0;
  common.open = opens;
  common.open_until = opens ? own.open_until : instant{};
  common.wait = opens ? own.wait : duration::zero();
}

[[nodiscard]] duration kept_unused_for(int passed_on) noexcept {
  return circuit_member::least_window * (1 << std::min(passed_on, most_doublings));
}

void renew(probe_lease& lease, core::breaker_shared_view const& own, sharing_step& step,
           instant now) {
  duration const window = std::clamp<duration>(
      elapsed(lease.taken, now) / 4, circuit_member::least_window, circuit_member::most_window);
  instant const until = later(now, window);
  step.probes_until = until;
  lease.ends = later(until, own.probe_timeout);
}

/// For who holds the lease: keeps it, or gives it up in two steps. First no probe starts any more;
/// if none runs at the next look either, another may have it.
void keep_or_pass_on(core::breaker_shared_view const& own, shared_circuit& common,
                     sharing_step& step, instant now) {
  probe_lease& lease = *common.lease;
  instant const starts_until = later(lease.ends, -own.probe_timeout);
  bool const may_start = own.state == breaker_state::half_open && now < own.open_until;
  bool const unused =
      own.probes_running == 0 && elapsed(lease.taken, now) >= kept_unused_for(common.passed_on);
  if (lease.wanted && unused && may_start) {
    step.probes_until = now;
  } else if (lease.wanted && unused) {
    common.lease.reset();
    ++common.passed_on;
  } else if (!may_start || elapsed(now, starts_until) < circuit_member::least_window / 2) {
    renew(lease, own, step, now);
  }
}

void look_for_lease(core::breaker_shared_view const& own, shared_circuit& common,
                    sharing_process const& self, sharing_step& step, instant now) {
  bool const probes = own.state == breaker_state::open || own.state == breaker_state::half_open;
  if (!probes || !common.open || now < common.open_until) return;
  if (holds_lease(common, self)) return keep_or_pass_on(own, common, step, now);
  if (!own.wants_probe) return;
  if (!common.lease || now >= common.lease->ends) {
    common.lease = probe_lease{.holder = self.number, .round = common.changes, .taken = now};
    renew(*common.lease, own, step, now);
  } else if (elapsed(common.lease->taken, now) >= waits_before_asking) {
    common.lease->wanted = true;
  }
}

}  // namespace

sharing_step circuit_member::decide(core::breaker_shared_view const& own, shared_circuit& common,
                                    sharing_process const& self, instant now) const {
  sharing_step step{.told_insisted = insists_};
  if (is_aside(own.state)) {
    if (holds_lease(common, self) && own.probes_running == 0) common.lease.reset();
    return step;
  }
  step.is_in_step = true;
  bool const is_new = common.changes == 0 || common.host_start != self.host_start;
  shared_circuit const void_one{
      .operation = common.operation, .host_start = self.host_start, .changes = common.changes};
  shared_circuit next = is_new ? void_one : common;
  exchange_news(own, next, self, step, is_new);
  if (!step.adopted) look_for_lease(own, next, self, step, now);
  step.known_changes = next.changes;
  if (!is_new || next != void_one) common = next;
  return step;
}

void circuit_member::exchange_news(core::breaker_shared_view const& own, shared_circuit& common,
                                   sharing_process const& self, sharing_step& step,
                                   bool is_new) const {
  bool const others_news = !is_new && (!is_in_step_ || common.changes != known_changes_);
  // Where the store has forgotten the circuit, what is known here is news again.
  bool const own_news = is_new || !is_in_step_ || own.generation != known_generation_;
  bool const forced = own.state == breaker_state::forced_open;
  if (insists_ || (forced && !common.open) || (!others_news && !forced && own_news)) {
    tell(own, common, self);
  } else if (others_news && !forced) {
    step.adopted = core::found_elsewhere{common.open, common.open_until, common.wait};
  }
}

void circuit_member::took(sharing_step const& step, std::uint64_t generation) noexcept {
  known_changes_ = step.known_changes;
  known_generation_ = generation;
  is_in_step_ = step.is_in_step;
  if (step.told_insisted) insists_ = false;
}

}  // namespace holdfast
