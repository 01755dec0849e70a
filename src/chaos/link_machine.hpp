#pragma once

#include "fault_book.hpp"
#include "flow.hpp"
#include "holdfast/chaos/proxy_plan.hpp"
#include "link_fault.hpp"
#include "pgwire_framing.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// The most that is read at once, and the longest message that is held back until it is complete.
inline constexpr std::size_t link_chunk = std::size_t{16} << 10U;

/// Bytes to be written, not before `due`; times are since the start of the proxy.
struct parcel {
  std::string bytes;
  duration due;
};

/// What becomes of a socket. Never goes back to an earlier one.
enum class socket_order {
  keep,
  end_of_stream,  ///< end the stream to it (FIN) behind what is to be written; go on reading
  close,          ///< likewise, and close it
  reset,          ///< tear it down (RST) behind what is to be written
};

/// What the driver is to do after an event.
struct link_step {
  std::array<std::vector<parcel>, 2> send;  ///< by flow
  std::array<socket_order, 2> order{};      ///< by side; holds until the next step
};

/// Decides about one connection through the proxy: which bytes go on, when, and how it ends. No
/// I/O and no clock. Memory: 2 * 16 KiB for messages held back, about 1 KiB for each fault.
class link_machine {
 public:
  /// @param number of the connection, from 1
  /// The book must outlive it; it counts the strikes, and its changes are taken over by each event.
  link_machine(fault_book& book, proxy_protocol protocol, std::uint64_t number, duration now);

  /// Whether the server is to be connected to: not by a black hole, nor where all is over at once.
  [[nodiscard]] bool wants_server() const noexcept {
    return orders_[index_of(side::server)] < socket_order::close;
  }

  link_step on_bytes(flow way, std::string_view bytes, duration now);
  link_step on_end(flow way, duration now);     ///< the sender has ended its stream (FIN)
  link_step on_broken(side end, duration now);  ///< the socket is broken (RST, unreachable)
  link_step on_time(duration now);              ///< also after a change of the book
  void on_written(flow way, std::size_t size);  ///< the system has taken it

  /// Ends it as a fault of this kind would (cut, reset, half_open), closing these sides.
  link_step end(proxy_fault_kind how, proxy_sides closes, duration now);

  /// When `on_time` is to be called, if at all.
  [[nodiscard]] std::optional<duration> next_time(duration now) const;

  /// How many bytes to read at once; fewer than a chunk where they pass slowly.
  [[nodiscard]] std::size_t appetite(flow way, duration now) const;

  /// Whether nothing is left to be done but to close what has an order to be closed.
  [[nodiscard]] bool finished() const noexcept;

  [[nodiscard]] std::uint64_t swallowed(flow way) const noexcept {
    return lanes_[index_of(way)].swallowed;
  }

 private:
  struct lane {
    std::uint64_t received = 0;
    std::uint64_t passed_on = 0;  ///< told to the driver to be written
    std::uint64_t written = 0;
    std::uint64_t swallowed = 0;
    std::string held;      ///< the beginning of a message that is not complete
    bool stopped = false;  ///< nothing is passed on any more
    bool ended = false;    ///< the sender is done, or broken
    duration due{};        ///< of the last parcel
    duration free{};       ///< when the rate allows the next byte
  };
  struct awaited_answer {
    flow request;
    std::uint64_t request_end;
    proxy_fault fault;
  };

  void take_over_book(duration now);
  void strike_by_clock(duration now);
  void look_through(passing_bytes const& seen, std::string& data, link_step& step);
  void strike(link_fault& by, flow way, std::string& data, std::size_t at,
              passing_bytes const& seen);
  void hold_back(passing_bytes const& seen, std::string& data);
  void pass_on(flow way, std::string bytes, duration now, link_step& step);
  void release_held(duration now, link_step& step);
  void end_by(proxy_fault const& fault, duration now);
  void stop(proxy_direction which);
  void close(proxy_sides which, socket_order how);
  void order(side end, socket_order how);
  [[nodiscard]] bool answer_is_lost(flow way) const noexcept;
  [[nodiscard]] std::optional<std::uint64_t> rate(flow way, duration now) const;
  [[nodiscard]] link_step finish(link_step step);

  fault_book& book_;
  std::uint64_t number_;
  std::uint64_t book_version_ = 0;
  std::vector<link_fault> faults_;
  bool framed_;
  pgwire_framing framing_;
  std::array<lane, 2> lanes_;
  std::array<socket_order, 2> orders_{};
  std::optional<awaited_answer> awaited_;
  std::optional<duration> kept_until_;
};

}  // namespace holdfast
