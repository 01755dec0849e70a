#include "connect/postgres/reactor_wait.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace holdfast::postgres {

std::unique_ptr<reactor_socket> reactor_socket::of(int socket,
                                                   boost::asio::any_io_executor const& where) {
  int const own = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (own < 0) return nullptr;
  std::unique_ptr<reactor_socket> made{new reactor_socket{where}};
  boost::system::error_code refused;
  made->descriptor_.assign(own, refused);
  if (!refused) return made;
  ::close(own);
  return nullptr;
}

void reactor_wait::begin_round(wait_terms const& terms,
                               boost::asio::posix::stream_descriptor* socket) noexcept {
  ++number_;
  socket_ = socket;
  heeds_stop_ = terms.heed_stop;
  is_under_way_ = true;
  is_timed_ = false;
  told_.reset();
}

// A wait that begins late is begun and ended: so it ends in one way only, by its handler.
void reactor_wait::end_where_told_before() noexcept {
  if (is_stopped_ && heeds_stop_) return end_now(wait_end::stopped);
  if (socket_ == nullptr && std::exchange(is_woken_, false)) end_now(wait_end::ready);
}

void reactor_wait::end_now(wait_end how) noexcept {
  if (told_) return;
  told_ = how;
  boost::system::error_code ignored;
  if (socket_ != nullptr) {
    socket_->cancel(ignored);
  } else {
    timer_.cancel(ignored);
  }
}

void reactor_wait::end(unsigned number, wait_end how) noexcept {
  std::lock_guard const lock{mutex_};
  if (is_under_way_ && number == number_) end_now(how);
}

std::optional<wait_end> reactor_wait::finish(boost::system::error_code const& how) noexcept {
  std::lock_guard const lock{mutex_};
  is_under_way_ = false;
  boost::system::error_code ignored;
  if (is_timed_) timer_.cancel(ignored);
  bool const had_socket = socket_ != nullptr;
  if (had_socket) socket_->cancel(ignored);  // where both directions were waited for
  socket_ = nullptr;
  if (told_) return told_;
  if (how == boost::asio::error::operation_aborted) return std::nullopt;
  return had_socket ? wait_end::ready : wait_end::timed_out;
}

void reactor_wait::stop(bool requested) noexcept {
  std::lock_guard const lock{mutex_};
  is_stopped_ = requested;
  if (requested && is_under_way_ && heeds_stop_) end_now(wait_end::stopped);
}

void reactor_wait::wake() noexcept {
  std::lock_guard const lock{mutex_};
  bool const waits = is_under_way_ && socket_ == nullptr;
  if (waits) return end_now(wait_end::ready);
  is_woken_ = true;
}

void reactor_wait::abandon() noexcept {
  std::lock_guard const lock{mutex_};
  ++number_;
  is_under_way_ = false;
  socket_ = nullptr;
  boost::system::error_code ignored;
  timer_.cancel(ignored);
}

}  // namespace holdfast::postgres
