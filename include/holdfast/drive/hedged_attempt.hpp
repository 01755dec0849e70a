#pragma once

#include "holdfast/drive/coroutine_call.hpp"

#include <optional>

namespace holdfast {

/// One attempt that runs beside the first one of a call: with a permit, a place, a turn and a token
/// of its own, or not at all. It waits for none of them. Used by one thread at a time.
class hedged_attempt {
 public:
  /// @param beside the call, whose options and parent must outlive this
  hedged_attempt(coroutine_call& beside, int number) noexcept;
  hedged_attempt(hedged_attempt const&) = delete;
  hedged_attempt& operator=(hedged_attempt const&) = delete;
  ~hedged_attempt() {
    if (runs_) abandoned();
  }

  /// Why it may not start; `none`: it has.
  [[nodiscard]] stop_reason begin();

  void succeeded();
  void failed(failure const& seen);
  /// Another one won, or the call was cancelled.
  void abandoned() noexcept;

  [[nodiscard]] call_context const& shown() const noexcept { return shown_; }

 private:
  [[nodiscard]] stop_reason let_in(instant now);
  void end(verdict outcome) noexcept;
  void let_go(instant now) noexcept;

  call_detail detail_{};
  call_context shown_;
  std::uint64_t word_ = 0;
  std::optional<core::permit> pass_{};
  bool has_place_ = false;
  bool runs_ = false;
};

}  // namespace holdfast
