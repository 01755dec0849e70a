#pragma once

#include "holdfast/core/hedge_machine.hpp"
#include "holdfast/core/hedge_verdict.hpp"
#include "holdfast/drive/asio_parts.hpp"
#include "holdfast/drive/hedged_attempt.hpp"
#include "holdfast/drive/rejected.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/co_spawn.hpp>

namespace holdfast::detail {

/// The attempts of one call that run side by side: the first one, which may have a deadline, and
/// the hedges beside it. It starts, cancels and judges them; `core::hedge_machine` decides which of
/// them counts. Each is recorded for itself.
///
/// Used on the strand of its call alone; the call sleeps until `next_look`, and is woken up
/// whenever an attempt has ended.
///
/// @tparam Shared the attended call, which lives as long as any of the attempts
template <class Value, class Executor, class Shared>
class attempt_race {
 public:
  explicit attempt_race(Shared& call)
      : call_{call},
        progress_{call.progress},
        hedging_{call.progress.shown().policies().hedge, delay_of(call.progress)} {}
  attempt_race(attempt_race const&) = delete;
  attempt_race& operator=(attempt_race const&) = delete;
  ~attempt_race() = default;

  /// Starts the attempt that may start now.
  void begin() {
    progress_.make_details();
    last_number_ = progress_.shown().number();
    start(runners_.emplace_back(progress_.shown()));
  }

  /// Does what can be done now; whether the race goes on.
  [[nodiscard]] bool advance() {
    for (;;) {
      bool news = false;
      // Whatever has ended beside the winner has lost, however close it was.
      for (std::size_t i = 0; i < runners_.size() && !hedging_.is_over(); ++i) {
        runner& one = runners_[i];
        if (!one.ended || one.judged) continue;
        news = true;
        judge(one);
        take_in(one, static_cast<int>(i));
      }
      if (hedging_.is_over() || call_.is_stopped()) return false;
      if (news) continue;
      cancel_late_ones();
      step_ = hedging_.at(progress_.guarded().time().now());
      if (!std::holds_alternative<core::call_now>(step_)) return true;
      start_hedge();
    }
  }

  /// When something is due, if nothing else happens.
  [[nodiscard]] instant next_look() const noexcept {
    instant first = never_reached;
    if (auto const* pause = std::get_if<core::wait>(&step_)) {
      first = on_steady_clock(pause->until, progress_.guarded().time());
    }
    for (runner const& one : runners_) {
      if (!one.ended && !one.timed_out) first = std::min(first, one.deadline);
    }
    return first;
  }

  void cancel_all() {
    for (runner& one : runners_) {
      if (!one.ended) one.cancel.emit(boost::asio::cancellation_type::all);
    }
  }

  [[nodiscard]] bool are_running() const noexcept {
    return std::any_of(runners_.begin(), runners_.end(),
                       [](runner const& one) { return !one.ended; });
  }

  /// The losers have ended; what the race has come to is told to the call. Answers what comes next;
  /// nothing after a success. Throws what a predicate has thrown.
  [[nodiscard]] std::optional<call_step> end(coroutine_outcome<Value>& last,
                                             std::optional<failure>& last_failure) {
    bool const won = hedging_.is_over();
    std::size_t winner = 0;
    if (won) winner = static_cast<std::size_t>(std::get<core::race_over>(hedging_.at({})).attempt);
    for (std::size_t i = 0; i < runners_.size(); ++i) {
      runner& one = runners_[i];
      if (!one.judged) {
        lose(one, !won && i == winner);
      } else if (one.failed && i != winner) {
        progress_.tell_failed_beside(
            one.failed->seen, one.hedge ? one.hedge->shown().number() : one.present.number());
      }
    }
    runner& best = runners_[winner];
    bool const at_once = progress_.shown().number() == 1;
    last = std::move(best.outcome);
    progress_.number_attempts_to(last_number_);
    if (!best.failed) {
      if (best.hedge) {
        progress_.call_succeeded_by_hedge(elapsed(best.started, progress_.guarded().time().now()));
      } else {
        progress_.call_succeeded(at_once);
      }
      return std::nullopt;
    }
    last_failure = best.failed->seen;
    call_step const next = progress_.after_failure(best.failed->seen, best.failed->wish);
    if (best.of_predicate) std::rethrow_exception(best.of_predicate);
    return next;
  }

 private:
  /// One of the attempts.
  struct runner {
    explicit runner(call_context const& shown) noexcept : present{shown} {}

    attempt present;
    std::optional<hedged_attempt> hedge{};  ///< where it is not the first
    instant started{};
    instant deadline = never_reached;
    boost::asio::cancellation_signal cancel{};
    coroutine_outcome<Value> outcome{};
    std::optional<judged_failure> failed{};
    std::exception_ptr of_predicate{};  ///< what retry_if has thrown
    bool ended = false;
    bool judged = false;
    bool timed_out = false;
  };

  [[nodiscard]] static duration delay_of(coroutine_call const& progress) noexcept {
    hedge_gate* const hedging = progress.guarded().hedging();
    return hedging != nullptr ? hedging->delay() : duration::zero();
  }

  void start(runner& one) {
    timekeeper& time = progress_.guarded().time();
    one.started = time.now();
    one.deadline = on_steady_clock(one.present.deadline(), time);
    auto self = call_.shared_from_this();
    auto on_end = [this, self, &one](std::exception_ptr const& not_begun) {
      if (not_begun && !one.outcome.exists()) {
        one.outcome.caught = not_begun;
        judge_uncaught(one);
      }
      one.ended = true;
      self->wake();
    };
    boost::asio::co_spawn(
        call_.strand(), run(self, *this, one),
        boost::asio::bind_cancellation_slot(one.cancel.slot(), std::move(on_end)));
    step_ = hedging_.started(one.started);
  }

  static boost::asio::awaitable<void, Executor> run(std::shared_ptr<Shared> self,
                                                    attempt_race& race, runner& mine) {
    try {
      auto running = attempt_of<Value, Executor>(self->progress, self->parts.call, mine.present);
      if constexpr (std::is_void_v<Value>) {
        co_await std::move(running);
        mine.outcome.answer.emplace();
      } else {
        mine.outcome.answer.emplace(co_await std::move(running));
      }
    } catch (...) {
      mine.outcome.caught = std::current_exception();
      race.judge_exception(mine);
    }
  }

  /// While the exception is handled.
  void judge_exception(runner& one) {
    failure seen = classify_thrown(progress_.guarded());
    if (was_cut_by_deadline(one, seen)) {
      seen = progress_.cancelled_by_deadline();
      one.outcome.caught = std::make_exception_ptr(failure_error{seen});
    }
    fail(one, seen);
  }

  /// The same where nobody handles it: the attempt did not even begin.
  void judge_uncaught(runner& one) {
    try {
      std::rethrow_exception(one.outcome.caught);
    } catch (...) {
      judge_exception(one);
    }
  }

  /// That an attempt was cancelled says nothing: where its deadline did it, that is told, to the
  /// predicate and to the caller.
  [[nodiscard]] bool was_cut_by_deadline(runner const& one, failure const& seen) const noexcept {
    return one.timed_out && seen.category == category::cancelled;
  }

  void fail(runner& one, failure const& seen) {
    try {
      one.failed = judged_failure{seen, wish_after<Value>(seen, rules_in(call_.parts.rules))};
    } catch (...) {
      one.of_predicate = std::current_exception();
      one.failed = judged_failure{seen, false};
    }
  }

  void judge(runner& one) {
    if (!one.outcome.answer) return;
    std::optional<failure> told;
    if constexpr (!std::is_void_v<Value>) told = failure_in<Value>(*one.outcome.answer);
    if (told && was_cut_by_deadline(one, *told)) {
      told = progress_.cancelled_by_deadline();
      if constexpr (!std::is_void_v<Value>) {
        if constexpr (can_be_failed<Value>) one.outcome.answer.emplace(failed<Value>(*told));
      }
    }
    try {
      one.failed = judge_answer<Value>(*one.outcome.answer, rules_in(call_.parts.rules));
      if (one.failed && told) one.failed->seen = *told;
    } catch (...) {
      one.of_predicate = std::current_exception();
      one.failed = judged_failure{told ? *told : classify_thrown(progress_.guarded()), false};
    }
  }

  /// Records how an attempt ended, each for itself.
  void take_in(runner& one, int index) {
    one.judged = true;
    instant const now = progress_.guarded().time().now();
    if (!one.failed) {
      if (hedge_gate* const hedging = progress_.guarded().hedging()) {
        hedging->record(elapsed(one.started, now));
      }
      if (one.hedge) {
        one.hedge->succeeded();
      } else {
        progress_.attempt_succeeded();
      }
      step_ = hedging_.succeeded(index);
      return;
    }
    one.failed->seen = progress_.revised(one.failed->seen);
    if (one.hedge) {
      one.hedge->failed(one.failed->seen);
      progress_.note_failure(one.failed->seen, one.hedge->shown());
    } else {
      progress_.attempt_failed(one.failed->seen);
    }
    step_ = hedging_.failed(index, core::hedge_failure_of(one.failed->seen, one.failed->wish), now,
                            core::hold_off_after(one.failed->seen));
  }

  void start_hedge() {
    // Held by the runner from the first, so that its address stays.
    runner& one = runners_.emplace_back(progress_.shown());
    one.hedge.emplace(progress_, last_number_ + 1);
    stop_reason const refused = one.hedge->begin();
    progress_.tell_hedge(last_number_ + 1, refused);
    if (refused != stop_reason::none) {
      runners_.pop_back();
      step_ = hedging_.refused(progress_.guarded().time().now());
      return;
    }
    ++last_number_;
    one.present = attempt{one.hedge->shown()};
    try {
      start(one);
    } catch (...) {  // no memory for it: the others go on
      runners_.pop_back();
      step_ = hedging_.refused(progress_.guarded().time().now());
    }
  }

  void cancel_late_ones() {
    instant const now = std::chrono::steady_clock::now();
    for (runner& one : runners_) {
      if (one.ended || one.timed_out || now < one.deadline) continue;
      one.timed_out = true;
      one.cancel.emit(boost::asio::cancellation_type::all);
    }
  }

  /// An attempt that was cancelled since another one won counts for nobody, whatever it came to. Of
  /// a call that was stopped, the first one's outcome is that of the call.
  void lose(runner& one, bool counts) {
    if (counts) {
      judge(one);
      return take_in(one, 0);
    }
    one.judged = true;
    if (hedge_gate* const hedging = progress_.guarded().hedging()) {
      hedging->record(elapsed(one.started, progress_.guarded().time().now()));
    }
    if (one.hedge) {
      one.hedge->abandoned();
    } else {
      progress_.abandoned();
    }
  }

  Shared& call_;
  coroutine_call& progress_;
  core::hedge_machine hedging_;
  core::hedge_step step_{};
  std::deque<runner> runners_{};  // their addresses stay
  int last_number_ = 1;
};

}  // namespace holdfast::detail
