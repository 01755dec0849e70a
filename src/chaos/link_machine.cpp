#include "link_machine.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

using kinds = proxy_fault_kind;

/// How finely a throttled stream is cut: so many parcels a second.
constexpr std::uint64_t parcels_a_second = 20;

std::size_t parcel_size(std::uint64_t rate) {
  return static_cast<std::size_t>(
      std::clamp<std::uint64_t>(rate / parcels_a_second, 1, link_chunk));
}

proxy_direction only(flow way) {
  return way == flow::to_server ? proxy_direction::to_server : proxy_direction::to_client;
}

}  // namespace

link_machine::link_machine(fault_book& book, proxy_protocol protocol, std::uint64_t number,
                           duration now)
    : book_{book}, number_{number}, framed_{protocol == proxy_protocol::postgres} {
  take_over_book(now);
  for (link_fault& each : faults_) {
    if (each.fault().kind != kinds::black_hole || !each.active(now)) continue;
    book_.count_strike(each.armed());
    stop(proxy_direction::both);
    order(side::server, socket_order::close);  // it has no socket
    if (each.fault().kept_for) kept_until_ = now + *each.fault().kept_for;
    return;
  }
  strike_by_clock(now);
}

link_step link_machine::on_bytes(flow way, std::string_view bytes, duration now) {
  link_step step;
  take_over_book(now);
  strike_by_clock(now);
  lane& on = lanes_[index_of(way)];
  auto const pieces = framed_ ? framing_.read(way, bytes) : std::vector<wire_piece>{};
  std::uint64_t const begin = on.received;
  on.received += bytes.size();
  if (answer_is_lost(way)) end_by(std::exchange(awaited_, std::nullopt)->fault, now);
  if (on.stopped) {
    on.swallowed += bytes.size();
    return finish(std::move(step));
  }
  for (link_fault& each : faults_) {
    duration const later = each.chunk_delay(way, now);
    if (later == duration::zero()) continue;
    on.due = std::max(on.due, now + later);
    book_.count_strike(each.armed());
  }
  std::string data = std::exchange(on.held, {});
  data.append(bytes);
  look_through({way, bytes, begin, pieces, on.passed_on, now}, data, step);
  return finish(std::move(step));
}

/// Strikes in the order of their places; what stands before each leaves first.
void link_machine::look_through(passing_bytes const& seen, std::string& data, link_step& step) {
  lane& on = lanes_[index_of(seen.way)];
  std::vector<std::optional<std::uint64_t>> next(faults_.size());
  for (std::size_t i = 0; i < faults_.size(); ++i) next[i] = faults_[i].next_strike(seen);
  while (!on.stopped) {
    std::size_t first = faults_.size();
    for (std::size_t i = 0; i < next.size(); ++i) {
      if (next[i] && (first == faults_.size() || *next[i] < *next[first])) first = i;
    }
    if (first == faults_.size()) break;
    std::uint64_t const place = std::max(*next[first], on.passed_on);
    auto const before = static_cast<std::size_t>(place - on.passed_on);
    pass_on(seen.way, data.substr(0, before), seen.now, step);
    data.erase(0, before);
    strike(faults_[first], seen.way, data, 0, seen);
    next[first] = faults_[first].next_strike(seen);
  }
  if (on.stopped) {
    on.swallowed += data.size();
    return;
  }
  hold_back(seen, data);
  pass_on(seen.way, std::move(data), seen.now, step);
}

/// @param at where it strikes in `data`, all before it being passed on
void link_machine::strike(link_fault& by, flow way, std::string& data, std::size_t at,
                          passing_bytes const& seen) {
  lane& on = lanes_[index_of(way)];
  if (!by.active(seen.now)) return;  // the last one that it had was taken meanwhile
  book_.count_strike(by.armed());
  switch (by.fault().kind) {
    case kinds::delay: on.due = std::max(on.due, seen.now + by.drawn_delay(way)); break;
    case kinds::throttle:
      by.begin_throttle(way);
      static_cast<void>(by.first_effect());
      break;
    case kinds::corrupt:
      if (at < data.size()) data[at] = by.flipped(way, data[at]);
      break;
    case kinds::answer_lost: awaited_ = awaited_answer{way, on.passed_on, by.fault()}; break;
    default: end_by(by.fault(), seen.now);
  }
}

/// Keeps the beginning of a message that may be struck as a whole.
void link_machine::hold_back(passing_bytes const& seen, std::string& data) {
  if (seen.pieces.empty()) return;
  lane& on = lanes_[index_of(seen.way)];
  wire_piece const& last = seen.pieces.back();
  if (last.last || last.length > link_chunk || last.message_begin < on.passed_on) return;
  bool const wanted = std::any_of(faults_.begin(), faults_.end(), [&](link_fault const& each) {
    return each.holds(seen.way, last, seen.now);
  });
  if (!wanted) return;
  auto const leaves = static_cast<std::size_t>(last.message_begin - on.passed_on);
  on.held = data.substr(leaves);
  data.resize(leaves);
}

void link_machine::pass_on(flow way, std::string bytes, duration now, link_step& step) {
  if (bytes.empty()) return;
  lane& on = lanes_[index_of(way)];
  for (link_fault& each : faults_) {
    std::uint64_t const flips = each.flip_some(way, bytes, on.passed_on, now);
    for (std::uint64_t i = 0; i < flips; ++i) book_.count_strike(each.armed());
    if (each.throttles(way, now) && each.first_effect()) book_.count_strike(each.armed());
  }
  on.passed_on += bytes.size();
  on.due = std::max(on.due, now);
  auto const limit = rate(way, now);
  std::size_t const size = limit ? parcel_size(*limit) : 2 * link_chunk;
  auto& parcels = step.send[index_of(way)];
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    std::string const part = bytes.substr(at, size);
    // Many strikes in one chunk must not make a parcel of every byte.
    bool const fits = !parcels.empty() && parcels.back().due == on.due &&
                      parcels.back().bytes.size() + part.size() <= size;
    if (!fits && limit) on.due = std::max(on.due, on.free);
    if (!fits) parcels.push_back({{}, on.due});
    parcels.back().bytes += part;
    if (!limit) continue;
    double const seconds = static_cast<double>(part.size()) / static_cast<double>(*limit);
    on.free = std::max(on.free, on.due) +
              std::chrono::duration_cast<duration>(std::chrono::duration<double>{seconds});
  }
}

void link_machine::release_held(duration now, link_step& step) {
  for (flow const way : both_flows) {
    std::string held = std::exchange(lanes_[index_of(way)].held, {});
    if (lanes_[index_of(way)].stopped) {
      lanes_[index_of(way)].swallowed += held.size();
    } else {
      pass_on(way, std::move(held), now, step);
    }
  }
}

link_step link_machine::on_end(flow way, duration now) {
  link_step step;
  take_over_book(now);
  lane& on = lanes_[index_of(way)];
  if (answer_is_lost(way)) end_by(std::exchange(awaited_, std::nullopt)->fault, now);
  on.ended = true;
  if (!on.stopped) {
    pass_on(way, std::exchange(on.held, {}), now, step);
    order(receiver_of(way), socket_order::end_of_stream);
  }
  return finish(std::move(step));
}

link_step link_machine::on_broken(side end, duration now) {
  take_over_book(now);
  bool const passed_on = !lanes_[index_of(flow_from(end))].stopped;
  for (flow const way : both_flows) {
    lanes_[index_of(way)].swallowed += std::exchange(lanes_[index_of(way)].held, {}).size();
  }
  lanes_[index_of(flow_from(end))].ended = true;
  order(end, socket_order::reset);
  if (passed_on) order(other(end), socket_order::reset);
  return finish({});
}

void link_machine::on_written(flow way, std::size_t size) { lanes_[index_of(way)].written += size; }

link_step link_machine::on_time(duration now) {
  link_step step;
  bool const changed = book_version_ != book_.version();
  take_over_book(now);
  if (changed) release_held(now, step);
  strike_by_clock(now);
  if (kept_until_ && now >= *kept_until_) close(proxy_sides::both, socket_order::close);
  return finish(std::move(step));
}

link_step link_machine::end(proxy_fault_kind how, proxy_sides closes, duration now) {
  proxy_fault fault;
  fault.kind = how;
  fault.closes = closes;
  end_by(fault, now);
  return finish({});
}

void link_machine::end_by(proxy_fault const& fault, duration now) {
  if (fault.kind == kinds::shutdown) {
    for (flow const each : both_flows) {
      auto const told = fault.direction.value_or(proxy_direction::both);
      if (told != proxy_direction::both && told != only(each)) continue;
      stop(only(each));
      order(receiver_of(each), socket_order::end_of_stream);
    }
    return;
  }
  bool const stays = fault.kind == kinds::half_open;
  stop(stays ? fault.affects.value_or(proxy_direction::both) : proxy_direction::both);
  close(fault.closes.value_or(stays ? proxy_sides::none : proxy_sides::both),
        fault.kind == kinds::reset ? socket_order::reset : socket_order::close);
  if (fault.kept_for) kept_until_ = now + *fault.kept_for;
}

void link_machine::stop(proxy_direction which) {
  for (flow const way : both_flows) {
    if (which == proxy_direction::both || which == only(way)) lanes_[index_of(way)].stopped = true;
  }
}

void link_machine::close(proxy_sides which, socket_order how) {
  if (which == proxy_sides::client || which == proxy_sides::both) order(side::client, how);
  if (which == proxy_sides::server || which == proxy_sides::both) order(side::server, how);
}

void link_machine::order(side end, socket_order how) {
  socket_order& told = orders_[index_of(end)];
  told = std::max(told, how);
  if (told >= socket_order::close) lanes_[index_of(flow_from(end))].ended = true;
}

bool link_machine::answer_is_lost(flow way) const noexcept {
  return awaited_ && way == other(awaited_->request) &&
         lanes_[index_of(awaited_->request)].written >= awaited_->request_end;
}

void link_machine::take_over_book(duration now) {
  if (book_version_ == book_.version()) return;
  book_version_ = book_.version();
  auto const& listed = book_.faults();
  std::erase_if(faults_, [&](link_fault const& mine) {
    return std::none_of(listed.begin(), listed.end(),
                        [&](auto const& each) { return each.get() == &mine.armed(); });
  });
  std::array<std::uint64_t, 2> const received{lanes_[0].received, lanes_[1].received};
  for (auto const& each : listed) {
    bool const known = std::any_of(faults_.begin(), faults_.end(), [&](link_fault const& mine) {
      return each.get() == &mine.armed();
    });
    if (!known && each->fault.kind != kinds::refuse) {
      faults_.emplace_back(each, book_.seed(), number_, now, received);
    }
  }
}

void link_machine::strike_by_clock(duration now) {
  for (link_fault& each : faults_) {
    if (lanes_[0].stopped && lanes_[1].stopped) return;
    if (!each.strikes_by_clock(now)) continue;
    book_.count_strike(each.armed());
    end_by(each.fault(), now);
  }
}

std::optional<duration> link_machine::next_time(duration now) const {
  std::optional<duration> next = kept_until_;
  if (finished()) return std::nullopt;
  if (next && *next <= now) next.reset();
  for (link_fault const& each : faults_) {
    auto const at = each.next_clock(now);
    if (at) next = std::min(next.value_or(*at), *at);
  }
  return next;
}

std::optional<std::uint64_t> link_machine::rate(flow way, duration now) const {
  std::optional<std::uint64_t> least;
  for (link_fault const& each : faults_) {
    if (!each.throttles(way, now)) continue;
    least = std::min(least.value_or(each.fault().bytes_per_second), each.fault().bytes_per_second);
  }
  return least;
}

std::size_t link_machine::appetite(flow way, duration now) const {
  if (lanes_[index_of(way)].stopped) return link_chunk;
  auto const limit = rate(way, now);
  return limit ? parcel_size(*limit) : link_chunk;
}

bool link_machine::finished() const noexcept {
  return std::all_of(orders_.begin(), orders_.end(),
                     [](socket_order each) { return each >= socket_order::close; });
}

/// A connection whose two senders are done is over: nothing can come any more.
link_step link_machine::finish(link_step step) {
  if (lanes_[0].ended && lanes_[1].ended) close(proxy_sides::both, socket_order::close);
  step.order = orders_;
  return step;
}

}  // namespace holdfast
