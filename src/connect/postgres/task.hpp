#pragma once

#include "connect/postgres/frame_store.hpp"
#include "holdfast/base/contract.hpp"

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace holdfast::postgres {

namespace detail {

/// What tasks of all types have: who goes on after them, and what they threw.
class task_promise : public frame_allocation {
 public:
  /// At its end a task hands over to whoever waits for it, if anybody had to.
  struct handing_over {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      return ended.promise().waiting_;
    }
    void await_resume() const noexcept {}
  };

  [[nodiscard]] std::suspend_never initial_suspend() const noexcept { return {}; }
  [[nodiscard]] handing_over final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { thrown_ = std::current_exception(); }

  void let_wait(std::coroutine_handle<> who) noexcept { waiting_ = who; }
  void rethrow() const {
    if (thrown_) [[unlikely]]
      std::rethrow_exception(thrown_);
  }

 private:
  std::coroutine_handle<> waiting_ = std::noop_coroutine();
  std::exception_ptr thrown_{};
};

template <class Value>
class task_result : public task_promise {
 public:
  template <class Given>
  void return_value(Given&& given) {
    value_.emplace(std::forward<Given>(given));
  }
  [[nodiscard]] Value take() {
    rethrow();
    return std::move(*value_);
  }

 private:
  std::optional<Value> value_;
};

template <>
class task_result<void> : public task_promise {
 public:
  void return_void() const noexcept {}
  void take() const { rethrow(); }
};

}  // namespace detail

/// One piece of work on a session, as a coroutine: how both faces run the same source. It runs at
/// once, like a call, until it has to wait, and it waits by a `waiter` alone. That of the blocking
/// face waits on the spot, so there a task has always ended when its call returns; that of the
/// coroutines suspends it, and resumes it from Asio.
///
/// Costs a frame, which those that begin with a session, or have one as their object, take from
/// its `frame_store`. What ends it early is the end of this object, which ends its frame.
template <class Value>
class [[nodiscard]] task {
 public:
  class promise_type : public detail::task_result<Value> {
   public:
    [[nodiscard]] task get_return_object() noexcept {
      return task{std::coroutine_handle<promise_type>::from_promise(*this)};
    }
  };

  task(task&& other) noexcept : frame_{std::exchange(other.frame_, nullptr)} {}
  task& operator=(task&&) = delete;
  ~task() {
    if (frame_) frame_.destroy();
  }

  [[nodiscard]] bool is_done() const noexcept { return frame_.done(); }
  /// What it returned or threw; once.
  [[nodiscard]] Value take() { return frame_.promise().take(); }

  // A task that waits for another one.
  [[nodiscard]] bool await_ready() const noexcept { return frame_.done(); }
  void await_suspend(std::coroutine_handle<> who) noexcept { frame_.promise().let_wait(who); }
  Value await_resume() { return take(); }

 private:
  explicit task(std::coroutine_handle<promise_type> frame) noexcept : frame_{frame} {}

  std::coroutine_handle<promise_type> frame_;
};

/// What came of a task of the blocking face.
template <class Value>
[[nodiscard]] Value finished(task<Value> run) {
  expects(run.is_done(), "the waiter of a blocking face never suspends");
  return run.take();
}
inline void finished(task<void> run) {
  expects(run.is_done(), "the waiter of a blocking face never suspends");
  run.take();
}

}  // namespace holdfast::postgres
