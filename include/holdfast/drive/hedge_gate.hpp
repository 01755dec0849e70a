#pragma once

#include "holdfast/core/hedge_machine.hpp"
#include "holdfast/drive/fork_safe_lock.hpp"

namespace holdfast {

/// What the races of one operation know together: how long attempts take. Thread-safe.
class hedge_gate {
 public:
  explicit hedge_gate(hedge const& options) : options_{options}, known_{options.quantile} {
    count_forks();
  }

  /// The delay of a race that starts now.
  [[nodiscard]] duration delay() noexcept {
    lock_holder const held{lock_};
    return core::hedge_delay(options_, known_);
  }

  /// @param took of an attempt that succeeded; or until it was cancelled since another one won: it
  ///             would have taken longer, and to leave it out would teach that all are fast
  void record(duration took) noexcept {
    lock_holder const held{lock_};
    known_.record(took);
  }

 private:
  hedge options_;
  fork_safe_lock lock_;
  core::latency_quantile known_;
};

}  // namespace holdfast
