#pragma once

#include "holdfast/base/random.hpp"
#include "holdfast/core/breaker.hpp"
#include "holdfast/core/jitter.hpp"
#include "holdfast/core/transition.hpp"
#include "holdfast/core/verdict.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace holdfast::core {

/// A breaker as one would write it down to say what it means: it keeps every result and every
/// probe, counts them anew for each question, and takes successes one by one. For tests alone.
class naive_breaker {
 public:
  struct ticket {
    std::uint64_t generation = 0;
    std::size_t number = 0;  ///< of the probe, counted from 1; 0 for any other call
  };
  struct answer {
    bool admitted = false;
    ticket pass{};
    duration retry_after{};
    std::optional<transition_reason> changed{};
  };
  using change = std::optional<transition_reason>;

  naive_breaker(breaker const& options, random_bits random) : options_{options}, random_{random} {}

  answer ask(instant now) {
    change changed = end_if_over(now);
    if (is_open() && now >= until_ && until_ != never_reached) {
      changed = state_ == breaker_state::open ? transition_reason::wait_over
                                              : transition_reason::override_over;
      enter(breaker_state::half_open, now);
    }
    if (is_open()) {
      return {.retry_after = until_ == never_reached ? duration{off} : until_ - now};
    }
    answer said{.admitted = true, .pass = {.generation = generation_}, .changed = changed};
    if (state_ == breaker_state::half_open) ask_probe(now, said);
    if (state_ == breaker_state::ramping) ask_ramp(now, said);
    return said;
  }

  change record(ticket pass, verdict outcome, duration took, instant now) {
    if (pass.generation != generation_) return {};
    if (state_ == breaker_state::half_open) return end_probe(pass, outcome, now);
    if (outcome != verdict::success && outcome != verdict::failure) return {};
    return count(outcome == verdict::failure, took >= options_.slow_call, now, now);
  }

  change credit(std::uint64_t generation, int successes, instant at, instant now) {
    change first;
    for (int i = 0; i < successes && generation == generation_; ++i) {
      change const each = count(false, false, at, now);
      if (!first) first = each;
    }
    return first;
  }

  change evaluate(instant now) {
    if (!counts()) return end_if_over(now);
    see(now);
    return judge(false, now);
  }

  void force(breaker_state state, instant until, instant now) {
    if (state_ == breaker_state::closed || state_ == breaker_state::ramping) forget(now);
    until_ = until;
    enter(state, now);
  }

  void reset(instant now) {
    results_.clear();
    in_a_row_ = 0;
    wait_ = duration::zero();
    closed_since_ = now;
    enter(breaker_state::closed, now);
  }

  [[nodiscard]] breaker_state state() const { return state_; }
  [[nodiscard]] std::uint64_t generation() const { return generation_; }
  [[nodiscard]] instant until() const { return until_; }
  [[nodiscard]] int in_a_row() const { return in_a_row_; }

  struct sums {
    std::uint64_t calls = 0;
    std::uint64_t failures = 0;
    std::uint64_t slow = 0;
  };
  [[nodiscard]] sums window(instant now) const {
    sums found;
    if (!judges_rates(options_)) return found;
    std::size_t skipped = 0;
    auto const most = static_cast<std::size_t>(options_.window.calls);
    if (is_counted() && results_.size() > most) skipped = results_.size() - most;
    for (std::size_t i = skipped; i < results_.size(); ++i) {
      if (!is_counted() && results_[i].bucket <= std::max(seen_, bucket_of(now)) - buckets()) {
        continue;
      }
      ++found.calls;
      found.failures += results_[i].failed ? 1 : 0;
      found.slow += results_[i].slow ? 1 : 0;
    }
    return found;
  }

 private:
  struct result {
    bool failed;
    bool slow;
    std::int64_t bucket;
  };
  struct probe {
    instant expires;
    bool ended = false;
  };

  [[nodiscard]] bool is_open() const {
    return state_ == breaker_state::open || state_ == breaker_state::forced_open;
  }
  [[nodiscard]] bool counts() const {
    return state_ == breaker_state::closed || state_ == breaker_state::ramping ||
           state_ == breaker_state::observe_only;
  }
  [[nodiscard]] bool is_counted() const { return options_.window.kind == window_kind::count; }
  [[nodiscard]] std::int64_t buckets() const { return options_.window.buckets; }
  [[nodiscard]] std::int64_t bucket_of(instant at) const {
    std::int64_t const span = options_.window.span.count();
    return at.time_since_epoch().count() / ((span + buckets() - 1) / buckets());
  }
  void see(instant at) { seen_ = std::max(seen_, bucket_of(at)); }

  change count(bool failed, bool slow, instant at, instant now) {
    if (!counts()) return {};
    see(now);
    see(at);
    if (is_counted() || bucket_of(at) > seen_ - buckets()) {
      results_.push_back({failed, slow, bucket_of(at)});
    }
    in_a_row_ = failed ? in_a_row_ + 1 : 0;
    return judge(failed, now);
  }

  change judge(bool failed, instant now) {
    change found;
    sums const held = window(now);
    double const calls = static_cast<double>(held.calls);
    if (judges_rates(options_) && held.calls >= static_cast<std::uint64_t>(options_.min_calls)) {
      if (static_cast<double>(held.slow) / calls >= options_.slow_call_rate) {
        found = transition_reason::slow_call_rate;
      }
      if (static_cast<double>(held.failures) / calls >= options_.failure_rate) {
        found = transition_reason::failure_rate;
      }
    }
    if (failed && options_.failure_threshold > 0 && in_a_row_ >= options_.failure_threshold) {
      found = transition_reason::consecutive_failures;
    }
    if (!found) return end_if_over(now);
    if (state_ == breaker_state::observe_only) {
      if (!is_over(now)) {
        if (told_) return {};
        told_ = true;
        return transition_reason::would_open;
      }
      closed_since_ = now;
    }
    forget(now);
    open(now);
    return found;
  }

  void forget(instant now) {
    duration const reset = is_off(options_.recovery_reset) ? 2 * wait_ : options_.recovery_reset;
    if (now - closed_since_ >= reset) wait_ = duration::zero();
  }

  change end_if_over(instant now) {
    if (state_ == breaker_state::ramping && now >= later(since_, options_.ramp)) {
      enter(breaker_state::closed, now);
      return transition_reason::ramp_over;
    }
    bool const ends = state_ == breaker_state::disabled || state_ == breaker_state::observe_only;
    if (!ends || !is_over(now)) return {};
    closed_since_ = now;
    enter(breaker_state::closed, now);
    return transition_reason::override_over;
  }

  [[nodiscard]] bool is_over(instant now) const { return until_ != never_reached && now >= until_; }

  void open(instant now) {
    duration next = std::max(wait_, options_.recovery_timeout);
    if (wait_ > duration::zero()) {
      next = held_within(static_cast<double>(next.count()) * options_.recovery_backoff,
                         options_.max_recovery_timeout);
    }
    wait_ = std::min(next, options_.max_recovery_timeout);
    until_ = now + spread(wait_, options_.recovery_jitter, options_.max_recovery_timeout,
                          random_.uniform());
    enter(breaker_state::open, now);
  }

  void enter(breaker_state next, instant now) {
    bool const judged_before = counts();
    state_ = next;
    if (!judged_before || !counts()) {
      results_.clear();
      in_a_row_ = 0;
    }
    ++generation_;
    since_ = now;
    probes_.clear();
    good_probes_ = 0;
    told_ = false;
  }

  void ask_probe(instant now, answer& said) {
    int running = 0;
    instant first = never_reached;
    for (probe const& each : probes_) {
      if (each.ended || now >= each.expires) continue;
      ++running;
      first = std::min(first, each.expires);
    }
    if (running >= options_.half_open_max_calls ||
        good_probes_ + running >= options_.success_threshold) {
      said.admitted = false;
      said.retry_after = first - now;
      return;
    }
    probes_.push_back({later(now, options_.probe_timeout)});
    said.pass.number = probes_.size();
  }

  change end_probe(ticket pass, verdict outcome, instant now) {
    if (pass.number == 0 || pass.number > probes_.size()) return {};
    probe& mine = probes_[pass.number - 1];
    if (mine.ended || now >= mine.expires) return {};
    mine.ended = true;
    if (outcome == verdict::failure) {
      open(now);
      return transition_reason::probe_failed;
    }
    if (outcome != verdict::success || ++good_probes_ < options_.success_threshold) return {};
    closed_since_ = now;
    enter(is_off(options_.ramp) ? breaker_state::closed : breaker_state::ramping, now);
    return transition_reason::probes_succeeded;
  }

  void ask_ramp(instant now, answer& said) {
    double const drawn = random_.uniform();
    double const whole = static_cast<double>(options_.ramp.count());
    double const gone = static_cast<double>((now - since_).count());
    said.admitted = drawn < 0.1 + 0.9 * gone / whole;
  }

  breaker options_;
  random_bits random_;
  breaker_state state_ = breaker_state::closed;
  std::uint64_t generation_ = 1;
  std::vector<result> results_;
  std::vector<probe> probes_;
  std::int64_t seen_ = 0;
  int in_a_row_ = 0;
  int good_probes_ = 0;
  bool told_ = false;
  duration wait_{};
  instant since_{};
  instant closed_since_{};
  instant until_{};
};

}  // namespace holdfast::core
