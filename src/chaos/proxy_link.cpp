#include "proxy_link.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace holdfast {
namespace {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

/// No more is read while so much waits to be written one way: with a chunk more, and the longest
/// message that is held back, 64 KiB.
constexpr std::size_t most_queued = 2 * link_chunk;
constexpr std::size_t most_parcels = 64;

/// How long a socket that is to be closed may take to let its last bytes go and its peer leave.
constexpr duration closing_patience = std::chrono::seconds{2};

bool must_wait(error_code const& error) {
  return error == asio::error::would_block || error == asio::error::try_again ||
         error == asio::error::interrupted;
}

void prepare(stream_socket& socket) {
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(asio::ip::tcp::no_delay{true}, ignored);  // Unix sockets know no such thing
}

}  // namespace

proxy_link::proxy_link(link_surroundings around, stream_socket client, link_machine machine,
                       std::function<void()> ended)
    : around_{around},
      machine_{std::move(machine)},
      ended_{std::move(ended)},
      ends_{{{.socket = std::move(client), .usable = true},
             {.socket = stream_socket{around.context}}}},
      timer_{around.context} {}

void proxy_link::start() {
  prepare(at(side::client).socket);
  if (machine_.wants_server()) {
    connect(0);
  } else {
    at(side::server).closed = true;
  }
  look_again();
}

void proxy_link::look_again() { take(machine_.on_time(now())); }

void proxy_link::end(proxy_fault_kind how, proxy_sides closes) {
  take(machine_.end(how, closes, now()));
}

void proxy_link::abandon() {
  for (side const each : both_ends) close(each, true);
  progress();
}

void proxy_link::connect(std::size_t candidate) {
  endpoint_state& server = at(side::server);
  if (server.closed) return;
  server.socket = stream_socket{around_.context};
  server.socket.async_connect(around_.server[candidate],
                              [self = shared_from_this(), candidate](error_code const& error) {
                                endpoint_state& end = self->at(side::server);
                                if (end.closed) return;
                                if (!error) {
                                  end.usable = true;
                                  prepare(end.socket);
                                  self->progress();
                                } else if (candidate + 1 < self->around_.server.size()) {
                                  self->connect(candidate + 1);
                                } else {
                                  ++self->around_.unreachable;
                                  self->broken(side::server);
                                }
                              });
}

void proxy_link::take(link_step step) {
  for (flow const way : both_flows) {
    queue& waiting = queues_[index_of(way)];
    for (parcel& each : step.send[index_of(way)]) {
      waiting.bytes += each.bytes.size();
      waiting.parcels.push_back(std::move(each));
    }
  }
  orders_ = step.order;
  progress();
}

/// Does all that can be done now, and arranges to be called for the rest.
void proxy_link::progress() {
  for (flow const way : both_flows) write(way);
  for (side const end : both_ends) obey(end);
  for (flow const way : both_flows) wait_to_read(way);
  if (ends_[0].closed && ends_[1].closed) {
    timer_.cancel();
    if (ended_) std::exchange(ended_, nullptr)();
    return;
  }
  arm_timer();
}

void proxy_link::write(flow way) {
  queue& waiting = queues_[index_of(way)];
  endpoint_state& to = at(receiver_of(way));
  if (to.closed) {
    waiting.parcels.clear();
    waiting.bytes = 0;
    waiting.front_done = 0;
    return;
  }
  while (to.usable && !waiting.waits_for_room && !waiting.parcels.empty()) {
    parcel const& front = waiting.parcels.front();
    if (front.due > now()) return;
    error_code error;
    auto const rest = asio::buffer(front.bytes) + waiting.front_done;
    std::size_t const size = to.socket.write_some(rest, error);
    if (must_wait(error)) {
      waiting.waits_for_room = true;
      to.socket.async_wait(stream_socket::wait_write,
                           [self = shared_from_this(), way](error_code const&) {
                             self->queues_[index_of(way)].waits_for_room = false;
                             self->progress();
                           });
      return;
    }
    if (error) return broken(receiver_of(way));
    machine_.on_written(way, size);
    traffic(way).passed_on += size;
    waiting.bytes -= size;
    waiting.front_done += size;
    if (waiting.front_done < front.bytes.size()) continue;
    waiting.parcels.pop_front();
    waiting.front_done = 0;
  }
}

/// The socket is closed first, so that nothing is tried on it again.
void proxy_link::broken(side end) {
  close(end, true);
  take(machine_.on_broken(end, now()));
}

void proxy_link::wait_to_read(flow way) {
  endpoint_state& from = at(sender_of(way));
  queue const& waiting = queues_[index_of(way)];
  bool const room = waiting.bytes < most_queued && waiting.parcels.size() < most_parcels;
  endpoint_state const& to = at(receiver_of(way));
  bool const connecting = !to.usable && !to.closed;  // what is read now could be lost to a cut
  if (!from.usable || from.got_end || from.waits_to_read || !room || connecting) return;
  from.waits_to_read = true;
  from.socket.async_wait(stream_socket::wait_read,
                         [self = shared_from_this(), way](error_code const& error) {
                           self->at(sender_of(way)).waits_to_read = false;
                           if (!error) self->read(way);
                         });
}

void proxy_link::read(flow way) {
  endpoint_state& from = at(sender_of(way));
  if (!from.usable) return;
  error_code error;
  std::size_t const wanted = std::min(machine_.appetite(way, now()), around_.scratch.size());
  std::size_t const size =
      from.socket.read_some(asio::buffer(around_.scratch.data(), wanted), error);
  if (must_wait(error)) return progress();
  if (error == asio::error::eof) {
    from.got_end = true;
    return take(machine_.on_end(way, now()));
  }
  if (error) return broken(sender_of(way));
  traffic(way).received += size;
  take(machine_.on_bytes(way, {around_.scratch.data(), size}, now()));
}

/// Carries out the order for one side, as far as what is still to be written to it allows.
void proxy_link::obey(side end) {
  endpoint_state& mine = at(end);
  socket_order const order = orders_[index_of(end)];
  if (mine.closed || order == socket_order::keep) return;
  if (order >= socket_order::close && !mine.usable) return close(end, true);  // still connecting
  queue const& waiting = queues_[index_of(flow_from(other(end)))];
  bool const waits = !waiting.parcels.empty();
  if (order >= socket_order::close && mine.patience == duration::max()) {
    duration const last = waits ? std::max(waiting.parcels.back().due, now()) : now();
    mine.patience = last + closing_patience;
  }
  if (now() >= mine.patience) return close(end, order == socket_order::reset);
  if (waits || !mine.usable) return;
  if (order == socket_order::reset) return close(end, true);
  if (!std::exchange(mine.sent_end, true)) {
    error_code ignored;
    mine.socket.shutdown(stream_socket::shutdown_send, ignored);
  }
  // Bytes that nobody has read would turn the end of the stream into a reset.
  if (order == socket_order::close && mine.got_end) close(end, false);
}

void proxy_link::close(side end, bool abruptly) {
  endpoint_state& mine = at(end);
  mine.usable = false;
  mine.closed = true;
  error_code ignored;
  if (abruptly) mine.socket.set_option(asio::socket_base::linger{true, 0}, ignored);
  mine.socket.close(ignored);
}

void proxy_link::arm_timer() {
  duration next = machine_.next_time(now()).value_or(duration::max());
  for (flow const way : both_flows) {
    queue const& waiting = queues_[index_of(way)];
    if (waiting.parcels.empty() || waiting.waits_for_room) continue;
    if (at(receiver_of(way)).usable) next = std::min(next, waiting.parcels.front().due);
  }
  for (endpoint_state const& each : ends_) {
    if (!each.closed) next = std::min(next, each.patience);
  }
  if (next == timer_at_) return;
  timer_at_ = next;
  timer_.cancel();
  if (next == duration::max()) return;
  timer_.expires_after(std::max(next - now(), duration::zero()));
  timer_.async_wait([self = shared_from_this()](error_code const& error) {
    if (error) return;
    self->timer_at_ = duration::max();
    self->look_again();
  });
}

}  // namespace holdfast
