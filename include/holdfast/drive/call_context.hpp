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

/// What a running call shows to its callable, through `attempt`, and to guards called inside it.
/// On the stack of the call. Made so that a call which nobody asks pays a handful of stores.
struct call_context {
  operation* guarded = nullptr;
  call_options const* options = nullptr;  ///< null where nothing is different for this call
  thread_block* block = nullptr;          ///< of the thread that makes the call; null: untracked
  std::size_t depth = 0;                  ///< the call's frame in the block
  std::uint64_t call_started = 0;         ///< in ticks; zero where nobody needs to know
  std::uint64_t attempt_started = 0;      ///< the same of the present attempt
  int number = 1;                         ///< of the present attempt
  instant limit = never_reached;          ///< besides what the options say

  /// When the present attempt must have ended.
  [[nodiscard]] instant deadline() const noexcept;

  /// When the whole call must have ended.
  [[nodiscard]] instant call_deadline() const noexcept;

  /// The call within whose attempt this one was made, by the same thread; null where there is none.
  [[nodiscard]] call_context const* parent() const noexcept;

  [[nodiscard]] std::stop_token stop() const noexcept;
  [[nodiscard]] std::string_view correlation_id() const noexcept;
};

}  // namespace holdfast
