#pragma once

#include "holdfast/base/time.hpp"

#include <functional>
#include <optional>
#include <stop_token>

namespace holdfast::postgres {

enum class wait_end {
  ready,      ///< the socket can be read or written, or is broken: libpq will tell
  timed_out,  ///< the deadline has come
  stopped,    ///< a stop was requested
};

[[nodiscard]] inline instant now() noexcept { return std::chrono::steady_clock::now(); }

/// Wakes a thread that waits for a socket when a stop is requested. Has a descriptor of its own
/// from the first stop_token on that can be stopped at all.
class stop_waker {
 public:
  stop_waker() = default;
  stop_waker(stop_waker const&) = delete;
  stop_waker& operator=(stop_waker const&) = delete;
  ~stop_waker();

  /// Watches this token in place of the last.
  void watch(std::stop_token const& stop);

  /// Waits until the socket is ready as `events` of poll(2) ask, the deadline, or a stop.
  /// @param heed_stop whether a stop ends the wait
  [[nodiscard]] wait_end wait(int socket, short events, instant deadline, bool heed_stop) const;

 private:
  struct waking {
    int descriptor;
    void operator()() const noexcept;
  };
  std::stop_token stop_{};
  int descriptor_ = -1;  // an eventfd, or none
  std::optional<std::stop_callback<waking>> callback_{};
};

}  // namespace holdfast::postgres
