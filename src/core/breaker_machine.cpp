#include "holdfast/core/breaker_machine.hpp"

#include "holdfast/base/contract.hpp"
#include "holdfast/core/jitter.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace holdfast::core {
namespace {

/// The share of calls that a ramp admits at its start.
constexpr double ramp_start = 0.1;

/// A share as an exact quotient: it compares with a limit such as 0.07 as the fractions would,
/// where a product (0.07 x 100) would already be rounded past its integer.
double share_of(std::uint64_t part, std::uint64_t of) noexcept {
  return static_cast<double>(part) / static_cast<double>(of);
}

/// Rounded up, and never 0, which is for a breaker that is not shared.
std::uint32_t second_after(instant at) noexcept {
  auto const second = std::chrono::ceil<std::chrono::seconds>(at.time_since_epoch()).count();
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(second, 1, most));
}

}  // namespace

breaker_machine::breaker_machine(breaker const& options, random_bits random,
                                 std::uint64_t first_generation)
    : options_{&options},
      random_{random},
      generation_{first_generation},
      probes_{options.half_open_max_calls} {
  if (judges_rates(options)) window_ = std::make_unique<call_window>(options.window);
}

// --- admission

admission breaker_machine::ask(instant now) {
  switch (state_) {
    case breaker_state::closed: return admit();
    case breaker_state::half_open: return ask_half_open(now);
    case breaker_state::ramping: return ask_ramping(now);
    case breaker_state::open:
    case breaker_state::forced_open: return ask_open(now);
    case breaker_state::disabled:
    case breaker_state::observe_only: break;
  }
  auto const ended = end_if_over(now);
  admission answer = admit();
  answer.changed = ended;
  return answer;
}

admission breaker_machine::admit() const noexcept {
  return {.admitted = true, .pass = {.generation = generation_}};
}

admission breaker_machine::ask_open(instant now) {
  if (open_until_ == never_reached) return {.retry_after = off};
  if (now < open_until_) return {.retry_after = elapsed(now, open_until_)};
  auto const reason = state_ == breaker_state::open ? transition_reason::wait_over
                                                    : transition_reason::override_over;
  if (is_shared(now)) {
    admission refused{.retry_after = asks_again};
    if (state_ != breaker_state::open) {
      refused.changed = change_to(breaker_state::open, {reason}, now);
    }
    wants_probe_ = true;
    return refused;
  }
  auto const changed = change_to(breaker_state::half_open, {reason}, now);
  admission answer = ask_half_open(now);
  answer.changed = changed;
  return answer;
}

admission breaker_machine::ask_half_open(instant now) {
  probes_.expire(now);
  admission answer = admit();
  bool const wanted = probe_successes_ + probes_.running() < options_->success_threshold;
  bool const may_start = now < open_until_ || !is_shared(now);
  if (wanted && may_start && probes_.take(answer.pass, later(now, options_->probe_timeout))) {
    return answer;
  }
  duration const until_free = elapsed(now, probes_.next_expiry());
  if (may_start) return {.retry_after = until_free};
  wants_probe_ = wants_probe_ || wanted;
  return {.retry_after = std::min(until_free, asks_again)};
}

// The draw of a call that is refused stands for its place in the growing share: that the share
// reaches it is when this call would be admitted. So refused calls come back spread over the ramp.
admission breaker_machine::ask_ramping(instant now) {
  if (auto const ended = end_if_over(now)) {
    admission answer = admit();
    answer.changed = ended;
    return answer;
  }
  duration const gone = elapsed(since_, now);
  double const whole = static_cast<double>(options_->ramp.count());
  double const admitted_share =
      ramp_start + (1 - ramp_start) * static_cast<double>(gone.count()) / whole;
  double const drawn = random_.uniform();
  if (drawn < admitted_share) return admit();
  double const reached = (drawn - ramp_start) / (1 - ramp_start) * whole;
  duration const due{static_cast<duration::rep>(reached)};
  return {.retry_after = std::max(due - gone, duration{1})};
}

// --- results

std::optional<transition> breaker_machine::record(permit const& pass, verdict outcome,
                                                  duration took, instant now) {
  if (pass.generation != generation_) return std::nullopt;
  if (state_ == breaker_state::half_open) return record_probe(pass, outcome, now);
  if (outcome == verdict::neutral || outcome == verdict::abandoned) return std::nullopt;
  return counts() ? record_counted(outcome, took, now) : std::nullopt;
}

/// Whether results go into the counts and the window.
bool breaker_machine::counts() const noexcept {
  return state_ == breaker_state::closed || state_ == breaker_state::ramping ||
         state_ == breaker_state::observe_only;
}

std::optional<transition> breaker_machine::record_counted(verdict outcome, duration took,
                                                          instant now) {
  bool const failed = outcome == verdict::failure;
  if (window_) {
    window_->advance(now);
    window_->add(failed, took >= options_->slow_call, now);
  }
  if (!failed) consecutive_failures_ = 0;
  // Where nothing opens at a count, it grows for as long as the dependency fails.
  if (failed && consecutive_failures_ < std::numeric_limits<int>::max()) ++consecutive_failures_;
  int const most = options_->failure_threshold;
  if (failed && most > 0 && consecutive_failures_ >= most) {
    return judged(cause{.reason = transition_reason::consecutive_failures,
                        .count = consecutive_failures_,
                        .threshold = static_cast<double>(most)},
                  now);
  }
  return judged(judge_rates(), now);
}

std::optional<transition> breaker_machine::credit(std::uint64_t generation, std::uint64_t successes,
                                                  instant at, instant now) {
  if (generation != generation_ || successes == 0 || !counts()) return std::nullopt;
  consecutive_failures_ = 0;
  if (!window_) return judged(std::nullopt, now);
  window_->advance(now);
  // Only the success that completes min_calls, or else the first, can open the circuit: each one
  // after it leaves a rate as it is or lower. The first also ends a state that is over, and those
  // after it are late.
  auto const least = static_cast<std::uint64_t>(options_->min_calls);
  std::uint64_t const calls = window_->totals().calls;
  bool const few = calls < least && !is_over(now);
  std::uint64_t const first = few ? std::min(successes, least - calls) : 1;
  window_->credit(first, at);
  auto changed = judged(judge_rates(), now);
  if (generation_ == generation) window_->credit(successes - first, at);
  return changed;
}

std::optional<transition> breaker_machine::evaluate(instant now) {
  if (!counts()) return end_if_over(now);
  if (!window_) return judged(std::nullopt, now);
  window_->advance(now);
  return judged(judge_rates(), now);
}

std::optional<transition> breaker_machine::hanging(int calls, instant now) {
  hanging_ = calls;
  int const most = options_->max_hanging;
  if (most == 0 || calls < most || !counts()) return std::nullopt;
  return judged(cause{.reason = transition_reason::hanging_calls,
                      .count = calls,
                      .threshold = static_cast<double>(most)},
                now);
}

std::optional<transition> breaker_machine::record_probe(permit const& pass, verdict outcome,
                                                        instant now) {
  probes_.expire(now);
  // A probe that ran out of time has given its place back; its late result counts no more.
  if (!probes_.give_back(pass)) return std::nullopt;
  if (outcome == verdict::failure) {
    start_wait(now);
    return change_to(breaker_state::open,
                     {.reason = transition_reason::probe_failed, .count = 1, .threshold = 1}, now);
  }
  if (outcome != verdict::success) return std::nullopt;
  if (++probe_successes_ < options_->success_threshold) return std::nullopt;
  closed_since_ = now;
  return change_to(is_off(options_->ramp) ? breaker_state::closed : breaker_state::ramping,
                   {.reason = transition_reason::probes_succeeded,
                    .count = probe_successes_,
                    .threshold = static_cast<double>(options_->success_threshold)},
                   now);
}

// --- judgement

std::optional<breaker_machine::cause> breaker_machine::judge_rates() const noexcept {
  window_totals const totals = window_ ? window_->totals() : window_totals{};
  if (totals.calls < static_cast<std::uint64_t>(options_->min_calls)) return std::nullopt;
  auto const found = [&](transition_reason reason, std::uint64_t count, double limit) {
    return cause{reason, static_cast<std::int64_t>(count), static_cast<std::int64_t>(totals.calls),
                 limit};
  };
  if (share_of(totals.failures, totals.calls) >= options_->failure_rate) {
    return found(transition_reason::failure_rate, totals.failures, options_->failure_rate);
  }
  if (share_of(totals.slow, totals.calls) >= options_->slow_call_rate) {
    return found(transition_reason::slow_call_rate, totals.slow, options_->slow_call_rate);
  }
  return std::nullopt;
}

/// Opens the circuit for a cause; without one, ends a ramp or an override that is over. With both,
/// one change does it, from what is over to open: what was observed counts, no failure is lost.
std::optional<transition> breaker_machine::judged(std::optional<cause> const& found, instant now) {
  if (!found) return end_if_over(now);
  if (state_ == breaker_state::observe_only) {
    if (!is_over(now)) return tell_would_open(*found, now);
    closed_since_ = now;
  }
  forget_wait_in_good_health(now);
  start_wait(now);
  return change_to(breaker_state::open, *found, now);
}

std::optional<transition> breaker_machine::tell_would_open(cause const& found, instant now) {
  if (std::exchange(told_would_open_, true)) return std::nullopt;
  return transition{.from = state_,
                    .to = state_,
                    .reason = transition_reason::would_open,
                    .cause = found.reason,
                    .count = found.count,
                    .calls = found.calls,
                    .threshold = found.threshold,
                    .at = now,
                    .open_until = open_until_};
}

/// Whether a ramp or an override that ends as closed has come to its end.
bool breaker_machine::is_over(instant now) const noexcept {
  if (state_ == breaker_state::ramping) {
    return is_off(options_->ramp) || elapsed(since_, now) >= options_->ramp;
  }
  bool const ends = state_ == breaker_state::disabled || state_ == breaker_state::observe_only;
  return ends && open_until_ != never_reached && now >= open_until_;
}

std::optional<transition> breaker_machine::end_if_over(instant now) {
  if (!is_over(now)) return std::nullopt;
  if (state_ == breaker_state::ramping) {
    return change_to(breaker_state::closed, {transition_reason::ramp_over}, now);
  }
  closed_since_ = now;
  return change_to(breaker_state::closed, {transition_reason::override_over}, now);
}

/// A circuit that stayed closed for long enough has forgotten how far its wait had grown.
void breaker_machine::forget_wait_in_good_health(instant now) noexcept {
  duration const forgets = is_off(options_->recovery_reset) ? 2 * wait_ : options_->recovery_reset;
  if (elapsed(closed_since_, now) >= forgets) wait_ = duration::zero();
}

void breaker_machine::start_wait(instant now) noexcept {
  duration const most = options_->max_recovery_timeout;
  bool const grows = wait_ > duration::zero();
  double const least = static_cast<double>(std::max(wait_, options_->recovery_timeout).count());
  wait_ = held_within(grows ? least * options_->recovery_backoff : least, most);
  open_until_ = later(now, spread(wait_, options_->recovery_jitter, most, random_.uniform()));
  ++times_opened_;
}

/// Changes the state. What was recorded stays where one state goes on judging as the other did.
transition breaker_machine::change_to(breaker_state next, cause const& why, instant now) {
  transition const changed{.from = state_,
                           .to = next,
                           .reason = why.reason,
                           .cause = why.reason,
                           .count = why.count,
                           .calls = why.calls,
                           .threshold = why.threshold,
                           .at = now,
                           .open_until = open_until_};
  bool const judged_before = counts();
  state_ = next;
  if (!judged_before || !counts()) forget_results();
  ++generation_;
  since_ = now;
  probe_successes_ = 0;
  told_would_open_ = false;
  wants_probe_ = false;
  probes_.clear();
  return changed;
}

void breaker_machine::forget_results() noexcept {
  consecutive_failures_ = 0;
  if (window_) window_->clear();
}

// --- shared with other processes

void breaker_machine::share(instant until, instant now) noexcept {
  shared_until_ = until > now ? second_after(until) : 0;
  share_is_over_ = false;
}

bool breaker_machine::is_shared(instant now) noexcept {
  if (shared_until_ == 0) return false;
  if (now < instant{std::chrono::seconds{shared_until_}}) return true;
  if (std::exchange(share_is_over_, true)) {
    shared_until_ = 0;
  } else {
    shared_until_ = second_after(later(now, hopes_for));
  }
  return shared_until_ != 0;
}

breaker_shared_view breaker_machine::look_for_sharing(instant now) noexcept {
  return {.state = state_,
          .generation = generation_,
          .open_until = open_until_,
          .wait = wait_,
          .wants_probe = std::exchange(wants_probe_, false),
          .can_open = can_open(*options_),
          .probes_running = probes_.running_at(now),
          .probes_succeeded = probe_successes_,
          .most_probes = options_->half_open_max_calls,
          .probe_timeout = options_->probe_timeout};
}

std::optional<transition> breaker_machine::allow_probes(instant until, instant now) {
  std::optional<transition> changed;
  if (state_ == breaker_state::open && now >= open_until_ && until > now) {
    changed = change_to(breaker_state::half_open, {transition_reason::wait_over}, now);
  }
  if (state_ != breaker_state::half_open) return std::nullopt;
  open_until_ = until;
  return changed;
}

std::optional<transition> breaker_machine::adopt(found_elsewhere const& found, instant now) {
  bool const was_closed = state_ == breaker_state::closed || state_ == breaker_state::ramping;
  bool const ended = state_ == breaker_state::forced_open && now >= open_until_;
  bool const was_open =
      state_ == breaker_state::open || state_ == breaker_state::half_open || ended;
  if (!found.open) {
    if (!was_open) return std::nullopt;
    closed_since_ = now;
    return change_to(is_off(options_->ramp) ? breaker_state::closed : breaker_state::ramping,
                     {transition_reason::shared}, now);
  }
  if (!was_closed && !was_open) return std::nullopt;
  duration const most = options_->max_recovery_timeout;
  wait_ = std::clamp(found.wait, std::min(options_->recovery_timeout, most), most);
  open_until_ = found.by_hand ? found.until : std::min(found.until, later(now, most));
  if (state_ == breaker_state::open) return std::nullopt;
  ++times_opened_;
  return change_to(breaker_state::open, {transition_reason::shared}, now);
}

// --- by hand

std::optional<transition> breaker_machine::force(breaker_state override, std::string_view why,
                                                 instant until, instant now) {
  expects(is_override(override), "a breaker is forced into an override");
  // Here ends the time in which it was closed. Time under an override proves no health.
  bool const was_closed = state_ == breaker_state::closed || state_ == breaker_state::ramping;
  if (was_closed) forget_wait_in_good_health(now);
  open_until_ = until;
  transition changed = change_to(override, {transition_reason::forced}, now);
  changed.why = why;
  return changed;
}

std::optional<transition> breaker_machine::reset(std::string_view why, instant now) {
  wait_ = duration::zero();
  closed_since_ = now;
  hanging_ = 0;
  transition changed = change_to(breaker_state::closed, {transition_reason::reset}, now);
  forget_results();
  changed.why = why;
  return changed;
}

}  // namespace holdfast::core
