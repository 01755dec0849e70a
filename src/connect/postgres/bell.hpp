#pragma once

#include "connect/postgres/waiting.hpp"

#include <mutex>

namespace holdfast::postgres {

/// Rings once, from any thread, for the one who waits for it.
class bell {
 public:
  bell() = default;
  bell(bell const&) = delete;
  bell& operator=(bell const&) = delete;

  void ring() noexcept;
  [[nodiscard]] bool has_rung() const noexcept;

  /// Ready when it has rung. One at a time waits.
  [[nodiscard]] task<wait_end> rings(waiter& by, instant deadline, bool heed_stop);

 private:
  class listening;

  mutable std::mutex mutex_;
  bool rung_ = false;
  waiter* listener_ = nullptr;
};

}  // namespace holdfast::postgres
