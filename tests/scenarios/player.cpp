#include "scenarios/player.hpp"

#include "scenarios/verdict_facts.hpp"
#include "scenarios/vocabulary.hpp"

#include <algorithm>

namespace holdfast::scenarios {
namespace {

failure failure_in(circumstances const& with) {
  failure seen = usual_failure(with.category);
  if (with.idempotent_only) seen.advice = advice::if_idempotent;
  seen.pushback = with.pushback;
  seen.retry_after = with.retry_after;
  return seen;
}

failure refusal_of(core::admission const& answer) {
  failure seen = usual_failure(category::rejected);
  if (is_off(answer.retry_after)) {
    seen.advice = advice::never;
  } else {
    seen.retry_after = answer.retry_after;
  }
  return seen;
}

verdict verdict_of(verb what, failure const& seen, bool throttled_counts) {
  if (what == verb::ok) return verdict::success;
  return what == verb::abandon ? verdict::abandoned : verdict_on(seen, throttled_counts);
}

}  // namespace

player::player(scenario const& played) : scenario_{&played}, random_{played.seed} {
  if (played.breaker) breaker_.emplace(*played.breaker, random_.split());
  if (played.budget) budget_.emplace(*played.budget);
}

facts player::play(scene const& next) {
  std::map<std::string, int> given;
  facts last;
  for (int i = 0; i < next.with.times; ++i) {
    now_ = later(next.at, next.with.every * i);
    last = happen(next);
    ++given[last.front().word];
  }
  if (next.with.times == 1) return last;
  fact all{"in_all"};
  for (auto const& [word, count] : given) all.details.emplace_back(word, std::to_string(count));
  last.push_back(std::move(all));
  return last;
}

facts player::happen(scene const& next) {
  circumstances const& with = next.with;
  instant const until = with.until ? instant{*with.until} : never_reached;
  switch (next.what) {
    case verb::ok:
    case verb::fail:
    case verb::abandon: return end_attempt(next);
    case verb::ask: return ask(with);
    case verb::call: return begin_call(with);
    case verb::hanging: return after(breaker_->hanging(with.calls, now_));
    case verb::evaluate: return after(breaker_->evaluate(now_));
    case verb::force: return after(breaker_->force(with.state, with.why, until, now_));
    case verb::reset: return after(breaker_->reset(with.why, now_));
    case verb::stats: return {fact_of(breaker_->stats(now_))};
    case verb::retry: return withdraw();
    case verb::give_back: budget_->give_back(); break;
    case verb::tokens: break;
  }
  return {tokens_fact()};
}

// An attempt that nobody asked for before is asked for now.
facts player::end_attempt(scene const& next) {
  circumstances const& with = next.with;
  std::optional<failure> seen;
  if (next.what == verb::fail) seen = failure_in(with);
  facts given;
  if (breaker_) {
    core::admission const answer = admitted(with.call);
    if (answer.admitted) {
      verdict const outcome =
          verdict_of(next.what, seen.value_or(failure{}), scenario_->breaker->throttled_counts);
      auto const changed = breaker_->record(answer.pass, outcome, with.took, now_);
      given = after(changed ? changed : answer.changed);
    } else {
      given = {fact_of(answer), fact_of(*breaker_, answer.changed)};
      seen = refusal_of(answer);
    }
  }
  if (scenario_->retry && next.what != verb::abandon) given.push_back(end_call(with, seen));
  return given;
}

core::admission player::admitted(std::string const& call) {
  auto const asked = std::find_if(permits_.begin(), permits_.end(),
                                  [&](auto const& each) { return each.first == call; });
  if (asked == permits_.end()) return breaker_->ask(now_);
  core::admission answer{.admitted = true, .pass = asked->second};
  permits_.erase(asked);
  return answer;
}

fact player::end_call(circumstances const& with, std::optional<failure> const& seen) {
  auto const running = calls_.find(with.call);
  if (running == calls_.end()) return {"no_call"};
  core::retry_machine& machine = running->second;
  core::retry_step step = core::stop{stop_reason::none};
  if (seen) step = machine.on_failure(*seen, now_);
  if (seen && budget_) step = core::charge(step, *budget_, now_);
  fact given = seen ? fact_of(step, now_) : fact{"done"};
  given.details.emplace_back("failed_attempts", std::to_string(machine.failed_attempts()));
  if (std::holds_alternative<core::stop>(step)) calls_.erase(running);
  return given;
}

facts player::ask(circumstances const& with) {
  core::admission const answer = breaker_->ask(now_);
  if (answer.admitted) permits_.emplace_back(with.call, answer.pass);
  return {fact_of(answer), fact_of(*breaker_, answer.changed)};
}

facts player::begin_call(circumstances const& with) {
  if (budget_) budget_->credit(1);
  if (!scenario_->retry) return {tokens_fact()};
  instant const deadline = with.deadline ? instant{*with.deadline} : never_reached;
  core::retry_machine begun{*scenario_->retry, now_, random_.split(), deadline};
  if (with.max_attempts > 0) begun.limit_attempts(with.max_attempts);
  calls_.insert_or_assign(with.call, begun);
  return {{"attempt"}};
}

facts player::withdraw() {
  bool const granted = budget_->withdraw(now_);
  fact answer = tokens_fact();
  answer.word = granted ? "granted" : "refused";
  return {std::move(answer)};
}

facts player::after(std::optional<transition> const& changed) const {
  return {fact_of(*breaker_, changed)};
}

fact player::tokens_fact() const { return fact_of_tokens(budget_->tokens(now_)); }

void player::replace_machines() {
  if (breaker_) {
    core::breaker_snapshot const kept = breaker_->snapshot();
    breaker_.emplace(*scenario_->breaker, random_bits{0});
    breaker_->restore(kept, now_);
  }
  if (budget_) {
    core::budget_snapshot const kept = budget_->snapshot();
    budget_.emplace(*scenario_->budget);
    budget_->restore(kept, now_);
  }
  for (auto& [name, machine] : calls_) {
    core::retry_machine fresh{*scenario_->retry, instant{}, random_bits{0}};
    fresh.restore(machine.snapshot());
    machine = fresh;
  }
}

performance play(scenario const& played, std::optional<std::size_t> cut) {
  performance seen;
  player machines{played};
  for (std::size_t i = 0; i < played.scenes.size(); ++i) {
    scene const& next = played.scenes[i];
    if (cut == i) machines.replace_machines();
    seen.given.push_back(machines.play(next));
    if (holds(next.expected, seen.given.back())) continue;
    seen.failed.push_back({{played.source, next.line},
                           "expected " + to_text(next.expected),
                           "found    " + to_text(seen.given.back())});
  }
  return seen;
}

problems play_whole_and_cut(scenario const& played) {
  performance const whole = play(played);
  problems found = whole.failed;
  for (std::size_t cut = 0; cut < played.scenes.size(); ++cut) {
    performance const halves = play(played, cut);
    for (std::size_t i = cut; i < played.scenes.size(); ++i) {
      if (halves.given[i] == whole.given[i]) continue;
      found.push_back({{played.source, played.scenes[i].line},
                       "cut before line " + std::to_string(played.scenes[cut].line) +
                           ": expected " + to_text(whole.given[i]),
                       "found    " + to_text(halves.given[i])});
      break;
    }
  }
  return found;
}

}  // namespace holdfast::scenarios
