#pragma once

#include "connect/postgres/task.hpp"
#include "holdfast/base/time.hpp"

#include <atomic>
#include <coroutine>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace holdfast::postgres {

enum class wait_end {
  ready,      ///< the socket can be read or written, or is broken: libpq will tell; or woken up
  timed_out,  ///< the deadline has come
  stopped,    ///< a stop was requested
};

[[nodiscard]] inline instant now() noexcept { return std::chrono::steady_clock::now(); }

/// What a face keeps of a socket from wait to wait.
class socket_watch {
 public:
  socket_watch() = default;
  socket_watch(socket_watch const&) = delete;
  socket_watch& operator=(socket_watch const&) = delete;
  virtual ~socket_watch() = default;
};

/// What is waited for, and for how long.
struct wait_terms {
  int socket = -1;   ///< none: for the deadline, a stop or a wake-up alone
  short events = 0;  ///< of the socket, as poll(2) knows them
  instant deadline = never_reached;
  bool heed_stop = true;  ///< whether a stop ends the wait
  /// A time not long before the wait, where one is known: saves the reading of a clock.
  instant began{};
  std::unique_ptr<socket_watch>* watch = nullptr;  ///< where something is kept of the socket
};

/// What came of looking a name up.
struct looked_up {
  wait_end end = wait_end::ready;
  std::string addresses{};  ///< "10.0.0.1,10.0.0.2"; empty: libpq looks it up itself
  std::string trouble{};    ///< why there are none
};

/// How one waits: by blocking the thread, or by suspending the coroutine. All waits of this
/// connector go through it. Not thread-safe, but for `wake`.
class waiter {
 public:
  waiter() = default;
  waiter(waiter const&) = delete;
  waiter& operator=(waiter const&) = delete;
  virtual ~waiter() = default;

  /// Heeds this token in place of the last.
  virtual void watch(std::stop_token const& stop) = 0;
  /// Ends the wait for a wake-up that is under way, or else the next one. From any thread.
  virtual void wake() noexcept = 0;

  /// How a wait has ended; nothing where `who` must be suspended for it.
  [[nodiscard]] virtual std::optional<wait_end> wait_at_once(wait_terms const& terms) = 0;
  virtual void suspend(wait_terms const& terms, std::coroutine_handle<> who) = 0;
  /// How the wait has ended for which somebody was suspended.
  [[nodiscard]] virtual wait_end ended() const noexcept = 0;

  /// Looks a name up, where libpq is not to do it itself: the system's resolver blocks.
  [[nodiscard]] virtual task<looked_up> look_up(std::string const& host, instant deadline);

  /// For `co_await`.
  class wait {
   public:
    wait(waiter& by, wait_terms const& terms) noexcept : by_{&by}, terms_{terms} {}
    [[nodiscard]] bool await_ready() {
      end_ = by_->wait_at_once(terms_);
      return end_.has_value();
    }
    void await_suspend(std::coroutine_handle<> who) { by_->suspend(terms_, who); }
    [[nodiscard]] wait_end await_resume() const noexcept { return end_ ? *end_ : by_->ended(); }

   private:
    waiter* by_;
    wait_terms terms_;
    std::optional<wait_end> end_{};
  };
};

/// Whether that time was reached: a stop ends the pause.
[[nodiscard]] task<bool> pauses_until(waiter& by, instant until);

/// Waits in poll(2). Has descriptors of its own from the first stop_token on that can be stopped at
/// all, and from the first wait for a wake-up on.
class blocking_waiter final : public waiter {
 public:
  blocking_waiter() = default;
  ~blocking_waiter() override;

  void watch(std::stop_token const& stop) override;
  void wake() noexcept override;
  [[nodiscard]] std::optional<wait_end> wait_at_once(wait_terms const& terms) override;
  void suspend(wait_terms const& terms, std::coroutine_handle<> who) override;
  [[nodiscard]] wait_end ended() const noexcept override;

 private:
  struct waking {
    int descriptor;
    void operator()() const noexcept;
  };
  std::stop_token stop_{};
  int stop_descriptor_ = -1;  // an eventfd, or none
  std::optional<std::stop_callback<waking>> callback_{};
  std::atomic<int> wake_descriptor_ = -1;  // the same
  std::atomic<bool> woken_ = false;
};

}  // namespace holdfast::postgres
