#include "holdfast/drive/gate.hpp"

namespace holdfast {

gate::gate(breaker const& options, budget const& tokens, random_bits random)
    : breaker_options_{options},
      budget_options_{tokens},
      breaker_{breaker_options_, random},
      budget_{budget_options_} {
  publish();
}

core::admission gate::admit(instant now) {
  std::scoped_lock const lock{mutex_};
  settle_credits();
  core::admission const answer = breaker_.ask(now);
  if (answer.changed) publish();
  return answer;
}

std::optional<transition> gate::record(core::permit const& pass, verdict outcome,
                                       bool first_attempt, instant now) {
  std::scoped_lock const lock{mutex_};
  settle_credits();
  if (first_attempt) budget_.credit(1);
  auto const changed = breaker_.record(pass, outcome, duration::zero(), now);
  publish();
  return changed;
}

core::retry_step gate::allow(core::retry_step decided, instant now) {
  std::scoped_lock const lock{mutex_};
  auto const* pause = std::get_if<core::wait>(&decided);
  instant const start = pause != nullptr ? pause->until : now;
  bool const stops = std::holds_alternative<core::stop>(decided);
  if (!stops && breaker_.state() == breaker_state::open && start < breaker_.open_until()) {
    return core::stop{stop_reason::circuit_open};
  }
  return core::charge(decided, budget_, now);
}

void gate::give_back() {
  std::scoped_lock const lock{mutex_};
  budget_.give_back();
}

breaker_state gate::state() const {
  std::scoped_lock const lock{mutex_};
  return breaker_.state();
}

double gate::budget_tokens(instant now) {
  std::scoped_lock const lock{mutex_};
  settle_credits();
  return budget_.tokens(now);
}

void gate::settle_credits() {
  auto const settled = first_successes_.exchange(0, std::memory_order_relaxed);
  budget_.credit(settled);
}

void gate::publish() noexcept {
  std::uint64_t word = breaker_.generation() << flag_bits;
  if (breaker_.state() != breaker_state::closed) word |= not_closed;
  if (breaker_.watches_successes()) word |= watch;
  word_.store(word, std::memory_order_release);
}

}  // namespace holdfast
