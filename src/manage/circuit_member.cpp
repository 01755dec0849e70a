#include "manage/circuit_member.hpp"

#include <algorithm>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

/// Who wants a lease that another has held for so long says so, and again after as long.
constexpr duration asks_every = 1s;
/// Calls that asked for so long ask again and again, if the last one is no older than this.
constexpr duration asks_on_for = 1s;
constexpr duration is_fresh_for = 2500ms;
/// How often the time doubles for which a lease is kept unused.
constexpr int most_doublings = 30;
/// The ends that one order of an operator has in two processes may differ by so much.
constexpr duration nearly = 1s;

[[nodiscard]] bool is_aside(breaker_state state) noexcept {
  return state == breaker_state::disabled || state == breaker_state::observe_only;
}

[[nodiscard]] bool is_closed(breaker_state state) noexcept {
  return state == breaker_state::closed || state == breaker_state::ramping;
}

/// A number that rises also where the store has forgotten all that was before.
[[nodiscard]] std::uint64_t change_after(std::uint64_t changes, instant now) noexcept {
  auto const at = std::max<std::int64_t>(now.time_since_epoch().count(), 0);
  return std::max(changes + 1, static_cast<std::uint64_t>(at));
}

/// Writes down what the own breaker has become, where that is not known yet.
/// @param insists also an earlier end is news
void tell(core::breaker_shared_view const& own, shared_circuit& common, bool insists, instant now) {
  bool const opens = !is_closed(own.state);
  bool const ends_later =
      own.state != breaker_state::half_open && own.open_until > common.open_until;
  bool const other_end = ends_later || (insists && own.open_until != common.open_until);
  if (opens == common.open && !(opens && other_end)) return;
  common.changes = change_after(common.changes, now);
  common.passed_on = 0;
  common.open = opens;
  common.by_hand = own.state == breaker_state::forced_open;
  common.open_until = opens ? own.open_until : instant{};
  common.wait = opens ? own.wait : duration::zero();
}

[[nodiscard]] duration kept_unused_for(int passed_on) noexcept {
  return circuit_member::least_window * (1 << std::min(passed_on, most_doublings));
}

[[nodiscard]] bool asks_again_and_again(probe_want const& want, instant now) noexcept {
  return elapsed(want.since, want.last) >= asks_on_for && elapsed(want.last, now) <= is_fresh_for;
}

/// Of several that ask, the first one stands in the record until it asks no longer: many that have
/// asked once are not one that asks again and again.
void ask_for(probe_lease& lease, sharing_process const& self, instant now) {
  if (!lease.wanted || elapsed(lease.wanted->last, now) > is_fresh_for) {
    lease.wanted = probe_want{self.number, now, now};
  } else if (lease.wanted->asker == self.number && elapsed(lease.wanted->last, now) >= asks_every) {
    lease.wanted->last = now;
  }
}

void renew(probe_lease& lease, core::breaker_shared_view const& own, sharing_step& step,
           instant now) {
  duration const window = std::clamp<duration>(
      elapsed(lease.taken, now) / 4, circuit_member::least_window, circuit_member::most_window);
  instant const until = later(now, window);
  step.probes_until = until;
  lease.ends = later(until, own.probe_timeout);
}

}  // namespace

sharing_step circuit_member::decide(core::breaker_shared_view own, shared_circuit& common,
                                    sharing_process const& self, instant now) const {
  sharing_step step;
  if (is_aside(own.state)) return step;
  step.is_in_step = true;
  step.known_successes = own.probes_succeeded;
  // A forced state that is over, and that no call has met since.
  bool const is_over = own.state == breaker_state::forced_open && now >= own.open_until;
  if (is_over) own.state = breaker_state::open;
  bool const is_void = common.host_start != self.host_start;
  bool const is_new = common.changes == 0 || is_void;
  shared_circuit const void_one{
      .operation = common.operation, .host_start = self.host_start, .changes = common.changes};
  shared_circuit next = is_new ? void_one : common;
  exchange_news(own, next, step, is_new, now);
  if (next.changes != void_one.changes) end_round(own, step, next.lease, self, now);
  if (common.changes == 0 && known_changes_ != 0 && next.open) {
    // The store has forgotten the circuit: somebody may hold a lease that it does not know of.
    next.lease =
        probe_lease{.taken = now, .ends = later(later(now, most_window), own.probe_timeout)};
  }
  if (!step.adopted) look_for_lease(own, next, self, step, now);
  if (is_new && next == void_one) return step;  // nothing is known of it, and nothing to be told
  step.known_changes = step.puts_off_news ? known_changes_ : next.changes;
  common = next;
  return step;
}

/// Tells what this process has found out, or takes over what others have. What they have is put off
/// under a forced state, to be taken over when that ends.
void circuit_member::exchange_news(core::breaker_shared_view const& own, shared_circuit& common,
                                   sharing_step& step, bool is_new, instant now) const {
  bool const others_news = !is_new && (!is_in_step_ || common.changes != known_changes_);
  // Where the store has forgotten the circuit, what is known here is news again.
  bool const own_news = is_new || !is_in_step_ || own.generation != known_generation_;
  bool const forced = own.state == breaker_state::forced_open;
  // Closed by hand, it may have opened again before this look: then that is what all are told.
  bool const reopened = own.state == breaker_state::open && own_news;
  step.has_insisted = insists_ && (is_closed(own.state) || reopened);
  step.puts_off_news = forced && others_news;
  bool const nearly_known =
      forced && common.open && elapsed(common.open_until, own.open_until) <= nearly;
  if (step.has_insisted || (own_news && !others_news && !nearly_known)) {
    tell(own, common, step.has_insisted, now);
  } else if (others_news && !forced) {
    step.adopted = core::found_elsewhere{.open = common.open,
                                         .by_hand = common.by_hand,
                                         .until = common.open_until,
                                         .wait = common.wait};
  }
}

/// What becomes of a lease when this process has ended its round. Where its only probe has ended
/// the round, none runs; else some may, until they have timed out. That of another process ends by
/// itself. A reset leaves no wait: it is no probe's success.
void circuit_member::end_round(core::breaker_shared_view const& own, sharing_step const& step,
                               std::optional<probe_lease>& lease, sharing_process const& self,
                               instant now) const {
  if (!lease || lease->holder != self.number) return;
  bool const by_hand =
      step.has_insisted || own.state == breaker_state::forced_open || own.wait == duration::zero();
  bool const by_its_probe = !by_hand && own.most_probes == 1 && lease->round == known_changes_ &&
                            own.generation == known_generation_ + 1;
  if (by_its_probe) {
    lease.reset();
  } else {
    lease->ends = std::min(lease->ends, later(now, own.probe_timeout));
  }
}

void circuit_member::look_for_lease(core::breaker_shared_view const& own, shared_circuit& common,
                                    sharing_process const& self, sharing_step& step,
                                    instant now) const {
  std::optional<probe_lease>& lease = common.lease;
  bool const is_own = lease && lease->holder == self.number;
  bool const is_of_this_round = is_own && lease->round == common.changes;
  if (is_own && !is_of_this_round && common.changes == known_changes_) {
    // Since the last look at the latest, no probe of that round has started.
    lease->ends = std::min(lease->ends, later(now, own.probe_timeout));
  }
  bool const is_open = own.state == breaker_state::open;
  if (!is_open && own.state != breaker_state::half_open) return;
  // Its own end may be an earlier one: it believes in no wait that its options do not allow.
  bool const believes = is_open && !common.by_hand;
  instant const until = believes ? std::min(own.open_until, common.open_until) : common.open_until;
  if (!common.open || now < until) return;
  if (is_of_this_round) return keep_or_pass_on(own, common, step, now);
  if (!own.wants_probe) return;
  if (lease && now < lease->ends) {
    step.waits_for_lease = true;
    if (elapsed(lease->taken, now) >= asks_every) ask_for(*lease, self, now);
    return;
  }
  lease = probe_lease{.holder = self.number, .round = common.changes, .taken = now};
  renew(*lease, own, step, now);
}

/// For who holds the lease: keeps it, or gives it up in two steps. First no probe starts any more;
/// if none runs at the next look either, another may have it.
void circuit_member::keep_or_pass_on(core::breaker_shared_view const& own, shared_circuit& common,
                                     sharing_step& step, instant now) const {
  probe_lease& lease = *common.lease;
  if (own.probes_succeeded > known_successes_) lease.taken = now;  // it is used
  instant const starts_until = later(lease.ends, -own.probe_timeout);
  bool const is_half_open = own.state == breaker_state::half_open;
  bool const may_start = is_half_open && now < own.open_until;
  bool const has_stopped = !is_half_open || own.open_until == instant::min();
  bool const is_urgent = lease.wanted && asks_again_and_again(*lease.wanted, now);
  duration const patience = is_urgent ? least_window : kept_unused_for(common.passed_on);
  bool const gives_up =
      lease.wanted && own.probes_running == 0 && elapsed(lease.taken, now) >= patience;
  if (gives_up && !has_stopped) {
    step.probes_until = instant::min();  // before any time that a call may have read
  } else if (gives_up) {
    if (!is_urgent) ++common.passed_on;
    common.lease.reset();
  } else if (!may_start || elapsed(now, starts_until) < least_window / 2) {
    renew(lease, own, step, now);
  }
}

void circuit_member::took(sharing_step const& step, std::uint64_t generation) noexcept {
  known_changes_ = step.known_changes;
  known_generation_ = generation;
  known_successes_ = step.known_successes;
  is_in_step_ = step.is_in_step;
  if (step.has_insisted) insists_ = false;
}

}  // namespace holdfast
