#include "connect/http/ticket.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace holdfast::http {

boost::asio::awaitable<void> ticket::change(instant deadline) {
  alarm_.expires_at(deadline);
  return alarm_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, how_));
}

void ticket::call() noexcept {
  called_ = true;
  alarm_.cancel();
}

void ticket::end(CURLcode how) noexcept {
  ended_ = how;
  alarm_.cancel();
}

void ticket::stop() noexcept {
  stopped_ = true;
  alarm_.cancel();
}

}  // namespace holdfast::http
