#pragma once

#include "connect/postgres/waiting.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>
#include <poll.h>

namespace holdfast::postgres {

/// A socket of libpq's in Asio's reactor, by a descriptor of its own: libpq closes its own when it
/// likes, and the number may be another's a moment later.
class reactor_socket final : public socket_watch {
 public:
  /// Null where no descriptor is left.
  [[nodiscard]] static std::unique_ptr<reactor_socket> of(
      int socket, boost::asio::any_io_executor const& where);

  /// Whether that executor is of the same io_context.
  [[nodiscard]] bool is_in_context_of(boost::asio::any_io_executor const& where) {
    return &descriptor_.get_executor().context() == &where.context();
  }
  [[nodiscard]] boost::asio::posix::stream_descriptor& descriptor() noexcept { return descriptor_; }

 private:
  explicit reactor_socket(boost::asio::any_io_executor const& where) : descriptor_{where} {}

  boost::asio::posix::stream_descriptor descriptor_;
};

/// One wait after the other in Asio's reactor. Whatever may end a wait early (the deadline, a stop,
/// a wake-up) may come from another thread, and too late: each wait has a number.
class reactor_wait : public std::enable_shared_from_this<reactor_wait> {
 public:
  explicit reactor_wait(boost::asio::any_io_executor const& where) : timer_{where} {}

  /// Begins a wait whose end `handler` is told, with an error_code for `finish`.
  /// @param socket null: for the deadline, a stop or a wake-up alone
  template <class Handler>
  void begin(wait_terms const& terms, boost::asio::posix::stream_descriptor* socket,
             Handler handler) {
    std::lock_guard const lock{mutex_};
    begin_round(terms, socket);
    if (socket == nullptr) {
      timer_.expires_at(terms.deadline);
      timer_.async_wait(std::move(handler));
    } else {
      using kind = boost::asio::posix::descriptor_base;
      bool const reads = (terms.events & POLLIN) != 0;
      socket->async_wait(reads ? kind::wait_read : kind::wait_write, std::move(handler));
      bool const both = reads && (terms.events & POLLOUT) != 0;
      if (both) socket->async_wait(kind::wait_write, ending(wait_end::ready));
      is_timed_ = terms.deadline != never_reached;
      if (is_timed_) {
        timer_.expires_at(terms.deadline);
        timer_.async_wait(ending(wait_end::timed_out));
      }
    }
    end_where_told_before();
  }
  /// How it ended; nothing where Asio cancelled it.
  [[nodiscard]] std::optional<wait_end> finish(boost::system::error_code const& how) noexcept;

  /// Whether a stop was requested: of the wait under way, and of those to come.
  void stop(bool requested) noexcept;
  void wake() noexcept;
  /// Nobody waits any more.
  void abandon() noexcept;

 private:
  /// Ends a wait in that way, unless it has ended.
  struct early_end {
    std::shared_ptr<reactor_wait> self;
    unsigned number;
    wait_end how;
    void operator()(boost::system::error_code const& cancelled) const noexcept {
      if (!cancelled) self->end(number, how);
    }
  };
  [[nodiscard]] early_end ending(wait_end how) { return {shared_from_this(), number_, how}; }
  void begin_round(wait_terms const& terms, boost::asio::posix::stream_descriptor* socket) noexcept;
  void end(unsigned number, wait_end how) noexcept;
  void end_now(wait_end how) noexcept;
  void end_where_told_before() noexcept;

  std::mutex mutex_;
  boost::asio::steady_timer timer_;
  boost::asio::posix::stream_descriptor* socket_ = nullptr;
  unsigned number_ = 0;
  bool is_under_way_ = false;
  bool heeds_stop_ = false;
  bool is_timed_ = false;
  bool is_stopped_ = false;
  bool is_woken_ = false;
  std::optional<wait_end> told_{};  // how it ended, where it was ended early
};

}  // namespace holdfast::postgres
