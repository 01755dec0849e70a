#pragma once

#include "holdfast/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string_view>

namespace holdfast {

class operation;
class thread_block;
struct call_options;
struct failure_context;
struct call_context;
struct operation_options;
struct policies_version;

/// What only a call has that takes a slower way: it has options of its own, lies within another
/// one, was admitted by an open breaker, or has failed.
struct call_detail {
  call_options const* options = nullptr;  ///< null where nothing is different for this call
  int number = 1;                         ///< of the present attempt
  /// The call around this one: where its caller said so, or found in the thread's frames.
  call_context const* within = nullptr;
  std::uint32_t depth = 0;  ///< of the call's frame, where it is not the first
  /// In ticks: start of the present attempt, where the call did not begin with it; else 0.
  std::uint64_t again_started = 0;
};

/// What a running call shows to its callable, through `attempt`, and to guards called inside it.
/// On the stack of the call; left unset at first, so that a call which nobody asks pays a handful
/// of stores.
struct call_context {
  operation* guarded;          ///< never null
  call_detail* detail;         ///< null where there is none
  std::uint64_t call_started;  ///< in ticks; 0 or 1 where nobody needs to know
  policies_version* version;   ///< unset where the guard's policies are fixed

  /// Those that the guard had when the call began.
  [[nodiscard]] operation_options const& policies() const noexcept;

  [[nodiscard]] int number() const noexcept { return detail == nullptr ? 1 : detail->number; }
  [[nodiscard]] call_options const* options() const noexcept {
    return detail == nullptr ? nullptr : detail->options;
  }

  [[nodiscard]] std::uint64_t attempt_started() const noexcept {
    bool const began_with_it = detail == nullptr || detail->again_started == 0;
    return began_with_it ? call_started : detail->again_started;
  }

  /// When the present attempt must have ended.
  [[nodiscard]] instant deadline() const noexcept;

  /// When the whole call must have ended.
  [[nodiscard]] instant call_deadline() const noexcept;

  /// The same without the call's own total_timeout: what it was given from outside.
  [[nodiscard]] instant given_deadline() const noexcept;

  /// The call within whose attempt this one was made: by `within`, or by the same thread; null
  /// where there is none.
  [[nodiscard]] call_context const* parent() const noexcept;

  [[nodiscard]] std::stop_token stop() const noexcept;
  [[nodiscard]] std::string_view correlation_id() const noexcept;

  /// Where the call's own caller wants to read what was going on; null where it does not.
  [[nodiscard]] failure_context* context() const noexcept;
};

}  // namespace holdfast
