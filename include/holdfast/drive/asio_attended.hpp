#pragma once

#include "holdfast/core/hedge_machine.hpp"
#include "holdfast/core/hedge_verdict.hpp"
#include "holdfast/drive/asio_parts.hpp"
#include "holdfast/drive/hedged_attempt.hpp"
#include "holdfast/drive/rejected.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <stop_token>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

namespace holdfast::detail {

/// Where the parts of one attended call run: one at a time, on the executor of its caller. Of an
/// executor type that can't stand for a strand of itself, the caller sees to it that it runs one
/// handler at a time.
template <class Executor>
using attending_executor =
    std::conditional_t<std::is_constructible_v<Executor, boost::asio::strand<Executor>>,
                       boost::asio::strand<Executor>, Executor>;

/// A guarded call that something may reach from outside while it waits or runs: a deadline, a stop,
/// a place in the bulkhead, another attempt of its race. Shared by its coroutine and by all that
/// may still call back, so none of them meets it dead.
///
/// All members are used on the strand alone, but where said; the call's own coroutine waits
/// meanwhile.
template <class Value, class Executor, class Call, class... Rules>
class attended_call
    : public std::enable_shared_from_this<attended_call<Value, Executor, Call, Rules...>> {
 public:
  using executor = attending_executor<Executor>;
  using awaitable_end = boost::asio::awaitable<void, Executor>;

  using parts_type = coroutine_parts<kept_call_options, Call, Rules...>;

  explicit attended_call(parts_type&& given) : parts{std::move(given)}, progress{parts.begin()} {}

  /// Once, before anything else is asked for.
  void settle_on(Executor const& of_caller) {
    if (strand_) return;
    strand_.emplace(of_caller);
    wake_.emplace(Executor{*strand_});
  }
  [[nodiscard]] executor const& strand() const noexcept { return *strand_; }

  /// Whether the attempts must be attended: else they run within the call's own coroutine.
  [[nodiscard]] bool races() const noexcept {
    return progress.guarded().hedging() != nullptr || progress.deadline() != never_reached ||
           progress.shown().stop().stop_possible();
  }

  /// By any thread: ends what is waited for, and cancels what runs.
  void stop_from_outside() {
    boost::asio::post(*strand_, [self = this->shared_from_this()] {
      self->stopped_ = true;
      self->wake();
    });
  }

  /// Waits, on the strand, for a pause of the call; whether its end was reached.
  static boost::asio::awaitable<bool, Executor> pause(std::shared_ptr<attended_call> self) {
    instant const until =
        on_steady_clock(self->progress.pause_until(), self->progress.guarded().time());
    stop_forwarder const heard{*self};
    while (!self->is_stopped() && std::chrono::steady_clock::now() < until) {
      auto sleeping = self->sleep_until(until);
      co_await std::move(sleeping);
    }
    co_return !self->is_stopped();
  }

  /// Waits, on the strand, for a place in the bulkhead.
  static boost::asio::awaitable<queue_end, Executor> wait_for_place(
      std::shared_ptr<attended_call> self) {
    bulkhead_gate& places = self->progress.guarded().limits()->places;
    auto const waiter = std::make_shared<waiting>(self);
    queue_answer const answer = places.queue(waiter);
    if (answer == queue_answer::given) {
      self->progress.place_received();
      co_return queue_end::given;
    }
    if (answer == queue_answer::full) co_return queue_end::full;
    queued_place held{places, *waiter};
    instant const until =
        on_steady_clock(self->progress.queue_until(), self->progress.guarded().time());
    stop_forwarder const heard{*self};
    while (!waiter->has_place() && !self->is_stopped() &&
           std::chrono::steady_clock::now() < until) {
      auto sleeping = self->sleep_until(until);
      co_await std::move(sleeping);
    }
    if (held.give_up()) {
      co_return self->is_stopped() ? queue_end::stopped : queue_end::timed_out;
    }
    self->progress.place_received();
    co_return queue_end::given;
  }

  /// Runs the attempt that may start now, on the strand, with hedges beside it where they are on;
  /// `last` is then how the race ended, and `next` what comes after; nothing after a success.
  static awaitable_end race(std::shared_ptr<attended_call> self) {
    self->begin_race();
    stop_forwarder const heard{*self};
    while (self->advance()) {
      auto sleeping = self->sleep_until(self->next_look());
      co_await std::move(sleeping);
    }
    self->cancel_all();
    while (self->running() > 0) {
      auto sleeping = self->sleep_until(never_reached);
      co_await std::move(sleeping);
    }
    self->end_race();
  }

  parts_type parts;
  coroutine_call progress;
  coroutine_outcome<Value> last;
  std::optional<call_step> next;
  std::optional<failure> last_failure;  ///< for or_else
  std::exception_ptr of_predicate;      ///< what retry_if has thrown: it ends the call

 private:
  /// One attempt of the race.
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

  /// A call of the caller's stop_token, for as long as something is waited for.
  class stop_forwarder {
   public:
    explicit stop_forwarder(attended_call& self)
        : callback_{self.progress.shown().stop(), forward{&self}} {}

   private:
    struct forward {
      void operator()() const noexcept {
        try {
          self->stop_from_outside();
        } catch (...) {  // NOLINT(bugprone-empty-catch): no memory for it; then it is not heard
        }
      }
      attended_call* self;
    };
    std::stop_callback<forward> callback_;
  };

  class waiting final : public place_waiter {
   public:
    explicit waiting(std::shared_ptr<attended_call> const& call) : call_{call} {}

    // By the thread that left the place.
    void place_given() noexcept override {
      auto const call = call_.lock();
      if (!call) return;
      try {
        boost::asio::post(call->strand(), [call, given = has_place_] {
          *given = true;
          call->wake();
        });
      } catch (...) {  // NOLINT(bugprone-empty-catch): found out at the deadline
      }
    }
    [[nodiscard]] bool has_place() const noexcept { return *has_place_; }

   private:
    std::weak_ptr<attended_call> call_;
    std::shared_ptr<bool> has_place_ = std::make_shared<bool>(false);  // on the strand alone
  };

  /// A waiter in the queue for a scope: the coroutine may be destroyed while it waits.
  class queued_place {
   public:
    queued_place(bulkhead_gate& places, place_waiter& waiter) noexcept
        : places_{places}, waiter_{waiter} {}
    queued_place(queued_place const&) = delete;
    queued_place& operator=(queued_place const&) = delete;
    ~queued_place() {
      if (waits_ && !places_.give_up(waiter_)) places_.leave();
    }
    /// False where it has a place.
    [[nodiscard]] bool give_up() noexcept {
      waits_ = false;
      return places_.give_up(waiter_);
    }

   private:
    bulkhead_gate& places_;
    place_waiter& waiter_;
    bool waits_ = true;
  };

  void wake() { wake_->cancel(); }

  [[nodiscard]] bool is_stopped() const noexcept {
    return stopped_ || progress.shown().stop().stop_requested();
  }

  /// Until then, or until somebody wakes the call up.
  [[nodiscard]] auto sleep_until(instant until) {
    wake_->expires_at(until);
    return wake_->async_wait(plain_wait);
  }

  // ----- The race

  void begin_race() {
    hedge_gate* const hedging = progress.guarded().hedging();
    duration const delay = hedging != nullptr ? hedging->delay() : duration::zero();
    hedging_.emplace(progress.guarded().policies().hedge, delay);
    progress.make_details();
    runners_.clear();
    last_number_ = progress.shown().number();
    start(runners_.emplace_back(progress.shown()));
  }

  void start(runner& one) {
    timekeeper& time = progress.guarded().time();
    one.started = time.now();
    one.deadline = on_steady_clock(one.present.deadline(), time);
    auto self = this->shared_from_this();
    auto on_end = [self, &one](std::exception_ptr const& not_begun) {
      if (not_begun && !one.outcome.exists()) {
        one.outcome.caught = not_begun;
        self->judge_uncaught(one);
      }
      one.ended = true;
      self->wake();
    };
    boost::asio::co_spawn(
        *strand_, run(self, one),
        boost::asio::bind_cancellation_slot(one.cancel.slot(), std::move(on_end)));
    step_ = hedging_->started(one.started);
  }

  static awaitable_end run(std::shared_ptr<attended_call> self, runner& mine) {
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
      self->judge_exception(mine);
    }
  }

  /// While the exception is handled.
  void judge_exception(runner& one) {
    failure seen = classify_thrown(progress.guarded());
    if (was_cut_by_deadline(one, seen)) {
      seen = progress.cancelled_by_deadline();
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
      one.failed = judged_failure{seen, wish_after<Value>(seen, rules_in(parts.rules))};
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
      told = progress.cancelled_by_deadline();
      if constexpr (!std::is_void_v<Value>) {
        if constexpr (can_be_failed<Value>) one.outcome.answer.emplace(failed<Value>(*told));
      }
    }
    try {
      one.failed = judge_answer<Value>(*one.outcome.answer, rules_in(parts.rules));
      if (one.failed && told) one.failed->seen = *told;
    } catch (...) {
      one.of_predicate = std::current_exception();
      one.failed = judged_failure{told ? *told : classify_thrown(progress.guarded()), false};
    }
  }

  /// Does what can be done now; whether the race goes on.
  [[nodiscard]] bool advance() {
    for (;;) {
      bool news = false;
      for (std::size_t i = 0; i < runners_.size(); ++i) {
        runner& one = runners_[i];
        if (!one.ended || one.judged) continue;
        news = true;
        judge(one);
        take_in(one, static_cast<int>(i));
      }
      if (hedging_->is_over() || is_stopped()) return false;
      if (news) continue;
      cancel_late_ones();
      step_ = hedging_->at(progress.guarded().time().now());
      if (!std::holds_alternative<core::call_now>(step_)) return true;
      start_hedge();
    }
  }

  /// Records how an attempt ended, each for itself.
  void take_in(runner& one, int index) {
    one.judged = true;
    instant const now = progress.guarded().time().now();
    if (!one.failed) {
      if (hedge_gate* const hedging = progress.guarded().hedging()) {
        hedging->record(elapsed(one.started, now));
      }
      if (one.hedge) {
        one.hedge->succeeded();
      } else {
        progress.attempt_succeeded();
      }
      step_ = hedging_->succeeded(index);
      return;
    }
    if (one.hedge) {
      one.hedge->failed(one.failed->seen);
      progress.note_failure(one.failed->seen, one.hedge->shown());
    } else {
      progress.attempt_failed(one.failed->seen);
    }
    step_ = hedging_->failed(index, core::hedge_failure_of(one.failed->seen, one.failed->wish), now,
                             core::hold_off_after(one.failed->seen));
  }

  void start_hedge() {
    // Held by the runner from the first, so that its address stays.
    runner& one = runners_.emplace_back(progress.shown());
    one.hedge.emplace(progress, last_number_ + 1);
    stop_reason const refused = one.hedge->begin();
    progress.tell_hedge(last_number_ + 1, refused);
    if (refused != stop_reason::none) {
      runners_.pop_back();
      step_ = hedging_->refused(progress.guarded().time().now());
      return;
    }
    ++last_number_;
    one.present = attempt{one.hedge->shown()};
    try {
      start(one);
    } catch (...) {  // no memory for it: the others go on
      runners_.pop_back();
      step_ = hedging_->refused(progress.guarded().time().now());
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

  /// When something is due, if nothing else happens.
  [[nodiscard]] instant next_look() const noexcept {
    instant first = never_reached;
    if (auto const* pause = std::get_if<core::wait>(&step_)) {
      first = on_steady_clock(pause->until, progress.guarded().time());
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

  [[nodiscard]] int running() const noexcept {
    return static_cast<int>(std::count_if(runners_.begin(), runners_.end(),
                                          [](runner const& one) { return !one.ended; }));
  }

  /// The losers have ended; what the race has come to is handed to the call.
  void end_race() {
    bool const won = hedging_->is_over();
    std::size_t winner = 0;
    if (won) winner = static_cast<std::size_t>(std::get<core::race_over>(hedging_->at({})).attempt);
    for (std::size_t i = 0; i < runners_.size(); ++i) {
      if (!runners_[i].judged) lose(runners_[i], !won && i == winner);
    }
    runner& best = runners_[winner];
    last = std::move(best.outcome);
    of_predicate = best.of_predicate;
    progress.number_attempts_to(last_number_);
    next.reset();
    if (best.failed) {
      last_failure = best.failed->seen;
      next = progress.after_failure(best.failed->seen, best.failed->wish);
    } else {
      progress.call_succeeded();
    }
    runners_.clear();
  }

  /// An attempt that was cancelled since another one won counts for nobody, whatever it came to. Of
  /// a call that was stopped, the first one's outcome is that of the call.
  void lose(runner& one, bool counts) {
    if (counts) {
      judge(one);
      return take_in(one, 0);
    }
    one.judged = true;
    if (hedge_gate* const hedging = progress.guarded().hedging()) {
      hedging->record(elapsed(one.started, progress.guarded().time().now()));
    }
    if (one.hedge) {
      one.hedge->abandoned();
    } else {
      progress.abandoned();
    }
  }

  std::optional<executor> strand_{};
  std::optional<steady_timer_on<Executor>> wake_{};
  bool stopped_ = false;
  std::optional<core::hedge_machine> hedging_{};
  core::hedge_step step_{};
  std::deque<runner> runners_{};
  int last_number_ = 1;
};

}  // namespace holdfast::detail
