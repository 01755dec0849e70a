#pragma once

#include "connection.hpp"
#include "link_machine.hpp"
#include "proxy_address.hpp"

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/steady_timer.hpp>

namespace holdfast {

/// What all connections of a proxy share with their driver.
struct link_surroundings {
  boost::asio::io_context& context;
  service_clock const& clock;
  std::vector<stream_endpoint> const& server;
  proxy_traffic& to_server;
  proxy_traffic& to_client;
  std::uint64_t& unreachable;
  std::vector<char>& scratch;  ///< where every read goes first: idle connections need no buffer
};

/// Drives one connection: reads, writes, waits and closes as its machine says. All of it runs in
/// the thread of the context.
class proxy_link : public std::enable_shared_from_this<proxy_link> {
 public:
  /// @param ended called once, when both sockets are closed
  proxy_link(link_surroundings around, stream_socket client, link_machine machine,
             std::function<void()> ended);

  void start();

  /// Looks what the machine makes of the time, and of a change of the faults.
  void look_again();

  void end(proxy_fault_kind how, proxy_sides closes);

  /// Resets both sides at once, whatever is on its way.
  void abandon();

  [[nodiscard]] std::uint64_t swallowed(flow way) const noexcept { return machine_.swallowed(way); }

 private:
  /// What waits to be written one way.
  struct queue {
    std::deque<parcel> parcels;
    std::size_t front_done = 0;  ///< bytes of the first one that were written
    std::size_t bytes = 0;
    bool waits_for_room = false;  ///< in the system's buffer
  };
  struct endpoint_state {
    stream_socket socket;
    bool usable = false;  ///< connected and not closed
    bool closed = false;  ///< for good
    bool waits_to_read = false;
    bool sent_end = false;
    bool got_end = false;
    duration patience = duration::max();  ///< closed then, whatever is left
  };

  void connect(std::size_t candidate);
  void take(link_step step);
  void progress();
  void write(flow way);
  void broken(side end);
  void wait_to_read(flow way);
  void read(flow way);
  void obey(side end);
  void close(side end, bool abruptly);
  void arm_timer();

  [[nodiscard]] duration now() const { return around_.clock.since_start(); }
  [[nodiscard]] endpoint_state& at(side end) { return ends_[index_of(end)]; }
  [[nodiscard]] proxy_traffic& traffic(flow way) {
    return way == flow::to_server ? around_.to_server : around_.to_client;
  }

  link_surroundings around_;
  link_machine machine_;
  std::function<void()> ended_;
  std::array<endpoint_state, 2> ends_;
  std::array<queue, 2> queues_;
  std::array<socket_order, 2> orders_{};
  boost::asio::steady_timer timer_;
  duration timer_at_ = duration::max();
};

}  // namespace holdfast
