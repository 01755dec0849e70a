#pragma once

#include "holdfast/base/time.hpp"

#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>
#include <curl/curl.h>

namespace holdfast::http {

/// What a request holds while it waits, first for its turn and then for its end: who lets something
/// happen to it says so here, and its coroutine wakes.
///
/// The coroutine waits on a timer, so it belongs to the execution context as any operation of
/// Asio's does, and is destroyed with it. Everything happens on the client's executor.
class ticket {
 public:
  explicit ticket(boost::asio::any_io_executor const& by) : alarm_{by} {}

  [[nodiscard]] boost::asio::any_io_executor executor() { return alarm_.get_executor(); }

  /// Until something is said below, or the deadline. To be awaited at once.
  [[nodiscard]] boost::asio::awaitable<void> change(instant deadline);

  void call() noexcept;
  void end(CURLcode how) noexcept;
  void stop() noexcept;

  /// Before another exchange.
  void begin() noexcept { ended_.reset(); }

  [[nodiscard]] bool is_called() const noexcept { return called_; }
  [[nodiscard]] bool is_stopped() const noexcept { return stopped_; }
  /// How the exchange ended, where it has.
  [[nodiscard]] std::optional<CURLcode> ended() const noexcept { return ended_; }

 private:
  boost::asio::steady_timer alarm_;
  boost::system::error_code how_;  // of no interest: that a wait is cancelled is the usual case
  bool called_ = false;
  bool stopped_ = false;
  std::optional<CURLcode> ended_;
};

}  // namespace holdfast::http
