#include "connect/http/watched_socket.hpp"

#include <utility>

#include <boost/system/error_code.hpp>
#include <fcntl.h>
#include <unistd.h>

namespace holdfast::http {

static_assert((CURL_POLL_IN | CURL_POLL_OUT) == CURL_POLL_INOUT, "these are used as bits");

watched_socket::watched_socket(boost::asio::any_io_executor const& by, curl_socket_t socket,
                               listener told)
    : socket_{socket}, watched_{by}, told_{std::move(told)} {}

bool watched_socket::join() noexcept {
  int const twin = fcntl(socket_, F_DUPFD_CLOEXEC, 0);
  if (twin < 0) return false;
  boost::system::error_code refused;
  watched_.assign(twin, refused);
  if (refused) ::close(twin);
  return !refused;
}

void watched_socket::want(int what) {
  wanted_ = what & CURL_POLL_INOUT;
  arm(CURL_POLL_IN);
  arm(CURL_POLL_OUT);
}

void watched_socket::leave() noexcept {
  wanted_ = CURL_POLL_NONE;
  // Its own close would leave it to the kernel to end the watch, which that does with the last
  // duplicate only.
  if (watched_.is_open()) ::close(watched_.release());
}

/// Waits for a direction that is wanted, once: the reactor reports edges, but looks anew each time
/// that it is asked.
void watched_socket::arm(int direction) {
  if ((wanted_ & direction) == 0 || (armed_ & direction) != 0) return;
  using wait = boost::asio::posix::stream_descriptor;
  auto const kind = direction == CURL_POLL_IN ? wait::wait_read : wait::wait_write;
  watched_.async_wait(
      kind, [weak = weak_from_this(), direction](boost::system::error_code const& failed) {
        if (auto const self = weak.lock()) self->on_ready(direction, failed.failed());
      });
  armed_ |= direction;
}

void watched_socket::on_ready(int direction, bool failed) {
  armed_ &= ~direction;
  if ((wanted_ & direction) == 0) return;  // libcurl has thought better of it, or closed it
  int const ready = direction == CURL_POLL_IN ? CURL_CSELECT_IN : CURL_CSELECT_OUT;
  told_(socket_, failed ? CURL_CSELECT_ERR : ready);
  if (!failed) arm(direction);  // a reactor that refuses once would do so for ever
}

}  // namespace holdfast::http
