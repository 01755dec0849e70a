#pragma once

#include "holdfast/drive/asio_parts.hpp"
#include "holdfast/drive/asio_race.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
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
    return progress.shown().policies().hedge.max_hedges > 0 ||
           progress.deadline() != never_reached || progress.shown().stop().stop_possible();
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

  /// Runs the attempt that may start now, on the strand, with hedges beside it where they are on.
  /// Answers what comes next; nothing after a success. How it ended is in `last`.
  static boost::asio::awaitable<std::optional<call_step>, Executor> race(
      std::shared_ptr<attended_call> self) {
    auto& attempts = self->race_.emplace(*self);
    attempts.begin();
    stop_forwarder const heard{*self};
    while (attempts.advance()) {
      auto sleeping = self->sleep_until(attempts.next_look());
      co_await std::move(sleeping);
    }
    attempts.cancel_all();
    while (attempts.are_running()) {
      auto sleeping = self->sleep_until(never_reached);
      co_await std::move(sleeping);
    }
    auto const next = attempts.end(self->last, self->last_failure);
    self->race_.reset();
    co_return next;
  }

  parts_type parts;
  coroutine_call progress;
  coroutine_outcome<Value> last;
  std::optional<failure> last_failure;  ///< for or_else

 private:
  friend class attempt_race<Value, Executor, attended_call>;

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

  std::optional<executor> strand_{};
  std::optional<steady_timer_on<Executor>> wake_{};
  bool stopped_ = false;
  std::optional<attempt_race<Value, Executor, attended_call>> race_{};
};

}  // namespace holdfast::detail
