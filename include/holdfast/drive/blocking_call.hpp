#pragma once

#include "holdfast/core/retry_machine.hpp"
#include "holdfast/core/story.hpp"
#include "holdfast/drive/attempt.hpp"
#include "holdfast/drive/operation.hpp"

#include <optional>
#include <stop_token>
#include <string_view>

namespace holdfast {

/// What is different for one call; fields that are not given keep the guard's own options.
struct call_options {
  std::optional<int> max_attempts{};  ///< In place of the guard's; at least 1.
  instant deadline = never_reached;   ///< When the whole call must have ended.
  std::stop_token stop{};             ///< Ends a wait at once, and hands itself to the attempt.
  std::string_view correlation_id{};  ///< Names the call in events and to the attempt.
  holdfast::story* story = nullptr;   ///< Receives what happened; untouched by a plain success.
};

/// One guarded call in progress, on the stack of its caller: admission, attempts, waits and the
/// end. It asks the machines and obeys; a success at the first attempt runs inline and does nothing
/// else. Not thread-safe; used by one thread.
class blocking_call {
 public:
  /// @param options null where nothing is different for this call; must outlive it
  blocking_call(operation& guarded, call_options const* options) noexcept
      : guarded_{guarded}, options_{options} {}

  blocking_call(blocking_call const&) = delete;
  blocking_call& operator=(blocking_call const&) = delete;
  /// An attempt whose outcome was never told gives its permit back: abandoned.
  ~blocking_call() {
    if (running_) [[unlikely]]
      abandon();
  }

  /// Asks for the first attempt. False where none may run; then `refusal()` says why.
  [[nodiscard]] bool begin() {
    if (options_ != nullptr && is_over_before_it_began()) [[unlikely]]
      return false;
    started_word_ = guarded_.gate().word();
    if (!gate::is_plain(started_word_)) [[unlikely]] {
      if (!admit(guarded_.time().now())) return false;
    }
    if (guarded_.needs_start_time() || options_ != nullptr) begin_timed();
    running_ = true;
    return true;
  }

  /// The attempt to be made now.
  [[nodiscard]] attempt current() const noexcept {
    if (options_ == nullptr) return {number_, deadline_, nullptr, {}};
    return {number_, deadline_, &options_->stop, options_->correlation_id};
  }

  /// The attempt succeeded; the call ends.
  void succeeded() noexcept {
    running_ = false;
    if (plain_ && guarded_.gate().credit_success(started_word_)) [[likely]]
      return;
    record_success();
  }

  /// The attempt failed. True where another attempt is to be made now, after any wait; false where
  /// the call ends with this failure.
  [[nodiscard]] bool again_after(failure const& seen);

  [[nodiscard]] failure const& refusal() const noexcept { return *refusal_; }

 private:
  /// What only a call that failed at least once needs.
  struct trouble {
    core::retry_machine machine;
    story told;
    instant started;
  };

  [[nodiscard]] instant call_deadline() const noexcept {
    return options_ == nullptr ? never_reached : options_->deadline;
  }
  [[nodiscard]] std::stop_token stop() const noexcept {
    return options_ == nullptr ? std::stop_token{} : options_->stop;
  }
  [[nodiscard]] bool is_over_before_it_began();
  bool refuse(failure const& why, instant now);
  void abandon() noexcept;
  void begin_timed() noexcept;
  [[nodiscard]] bool admit(instant now);
  void record_success() noexcept;
  void record(verdict outcome, instant now);
  [[nodiscard]] core::retry_step decide(failure const& seen, instant now);
  [[nodiscard]] bool wait_for(core::retry_step const& step, failure const& seen, instant now);
  [[nodiscard]] bool end_with(stop_reason reason, failure const& seen, instant now);
  void tell_transition(std::optional<transition> const& changed);
  void deliver_story();

  operation& guarded_;
  call_options const* options_;
  std::uint64_t started_word_ = 0;
  instant started_{};
  instant deadline_ = never_reached;
  int number_ = 1;
  bool running_ = false;  ///< an attempt was admitted and its outcome is not told yet
  bool plain_ = true;     ///< no permit was asked for: the call began under a plain word
  core::permit pass_{};
  std::optional<trouble> trouble_;
  std::optional<failure> refusal_;
};

}  // namespace holdfast
