#include "holdfast/core/breaker_machine.hpp"

#include "holdfast/core/backoff.hpp"

#include <algorithm>

namespace holdfast::core {

breaker_machine::breaker_machine(breaker const& options, random_bits random)
    : options_{options},
      random_{random},
      probes_(static_cast<std::size_t>(options.half_open_max_calls)) {}

admission breaker_machine::ask(instant now) {
  switch (state_) {
    case breaker_state::closed: return {.admitted = true, .pass = {.generation = generation_}};
    case breaker_state::half_open: return ask_half_open(now);
    case breaker_state::open: break;
  }
  if (now < open_until_) return {.retry_after = open_until_ - now};
  auto const changed = change_to(breaker_state::half_open, transition_reason::wait_over, 0, now);
  admission answer = ask_half_open(now);
  answer.changed = changed;
  return answer;
}

admission breaker_machine::ask_half_open(instant now) {
  expire_probes(now);
  int const running = running_probes();
  if (running >= options_.half_open_max_calls ||
      probe_successes_ + running >= options_.success_threshold) {
    return {.retry_after = time_to_next_place(now)};
  }
  auto const place =
      std::find_if(probes_.begin(), probes_.end(), [](probe const& each) { return !each.running; });
  place->running = true;
  place->expires = later(now, options_.probe_timeout);
  ++place->serial;
  return {.admitted = true,
          .pass = {.generation = generation_,
                   .probe_place = static_cast<std::uint32_t>(place - probes_.begin()),
                   .probe_serial = place->serial}};
}

std::optional<transition> breaker_machine::record(permit const& pass, verdict outcome,
                                                  instant now) {
  if (pass.generation != generation_) return std::nullopt;
  return state_ == breaker_state::closed ? record_closed(outcome, now)
                                         : record_probe(pass, outcome, now);
}

std::optional<transition> breaker_machine::record_closed(verdict outcome, instant now) {
  if (outcome == verdict::success) consecutive_failures_ = 0;
  if (outcome != verdict::failure || options_.failure_threshold == 0) return std::nullopt;
  if (++consecutive_failures_ < options_.failure_threshold) return std::nullopt;
  // A circuit that stayed closed for twice its last wait has forgotten how long that had grown.
  if (elapsed(closed_since_, now) >= 2 * wait_) wait_ = duration::zero();
  choose_wait(now);
  return change_to(breaker_state::open, transition_reason::consecutive_failures,
                   consecutive_failures_, now);
}

std::optional<transition> breaker_machine::record_probe(permit const& pass, verdict outcome,
                                                        instant now) {
  expire_probes(now);
  if (pass.probe_place >= probes_.size()) return std::nullopt;
  probe& place = probes_[pass.probe_place];
  // A probe that timed out gave its place back; its late result counts no more.
  if (!place.running || place.serial != pass.probe_serial) return std::nullopt;
  place.running = false;
  if (outcome == verdict::failure) {
    choose_wait(now);
    return change_to(breaker_state::open, transition_reason::probe_failed, 1, now);
  }
  if (outcome == verdict::success && ++probe_successes_ >= options_.success_threshold) {
    return change_to(breaker_state::closed, transition_reason::probes_succeeded, probe_successes_,
                     now);
  }
  return std::nullopt;
}

void breaker_machine::credit(std::uint64_t successes) noexcept {
  if (successes > 0 && state_ == breaker_state::closed) consecutive_failures_ = 0;
}

void breaker_machine::expire_probes(instant now) noexcept {
  for (probe& each : probes_) {
    if (each.running && now >= each.expires) each.running = false;
  }
}

int breaker_machine::running_probes() const noexcept {
  return static_cast<int>(std::count_if(probes_.begin(), probes_.end(),
                                        [](probe const& each) { return each.running; }));
}

duration breaker_machine::time_to_next_place(instant now) const noexcept {
  instant first = never_reached;
  for (probe const& each : probes_) {
    if (each.running) first = std::min(first, each.expires);
  }
  return elapsed(now, first);
}

void breaker_machine::choose_wait(instant now) noexcept {
  backoff_ceilings growth{std::max(wait_, options_.recovery_timeout), options_.recovery_backoff,
                          options_.max_recovery_timeout};
  duration const present = growth.next();
  wait_ = wait_ == duration::zero() ? present : growth.next();
  open_until_ = later(now, spread(wait_, options_.recovery_jitter, options_.max_recovery_timeout,
                                  random_.uniform()));
}

transition breaker_machine::change_to(breaker_state next, transition_reason reason, int count,
                                      instant now) {
  transition const changed{state_, next, reason, count, now, open_until_};
  state_ = next;
  ++generation_;
  consecutive_failures_ = 0;
  probe_successes_ = 0;
  for (probe& each : probes_) each.running = false;
  if (next == breaker_state::closed) closed_since_ = now;
  return changed;
}

}  // namespace holdfast::core
