#pragma once

#include "holdfast/core/hedge_machine.hpp"
#include "holdfast/drive/fork_safe_lock.hpp"

#include <atomic>

namespace holdfast {

/// What the races of one operation know together: how long attempts take. Thread-safe.
class hedge_gate {
 public:
  explicit hedge_gate(hedge const& options)
      : options_{options}, is_on_{options.max_hedges > 0}, known_{options.quantile} {
    count_forks();
  }

  [[nodiscard]] bool is_on() const noexcept { return is_on_.load(std::memory_order_relaxed); }

  /// The delay of a race that starts now.
  [[nodiscard]] duration delay() noexcept {
    lock_holder const held{lock_};
    return core::hedge_delay(options_, known_);
  }

  /// Exchanges the options and keeps what is known of attempts.
  void reconfigure(hedge const& options) noexcept {
    lock_holder const held{lock_};
    options_ = options;
    is_on_.store(options.max_hedges > 0, std::memory_order_relaxed);
    known_.aim(options.quantile);
  }

  /// @param took of an attempt that succeeded; or until it was cancelled since another one won: it
  ///             would have taken longer, and to leave it out would teach that all are fast
  void record(duration took) noexcept {
    lock_holder const held{lock_};
    known_.record(took);
  }

 private:
  hedge options_;
  std::atomic<bool> is_on_;
  fork_safe_lock lock_;
  core::latency_quantile known_;
};

}  // namespace holdfast
