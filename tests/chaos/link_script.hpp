#pragma once

#include "chaos/link_machine.hpp"
#include "holdfast/chaos/proxy_plan.hpp"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace holdfast {

/// A connection through a proxy with a plan, told byte by byte what happens. What is to be sent
/// gathers in `to_server` and `to_client`, and counts as written at once.
class link_script {
 public:
  explicit link_script(std::string_view plan, std::uint64_t number = 1, std::uint64_t seed = 1)
      : plan_{parsed(plan)}, book_{filled(plan_, seed)}, link_{book_, plan_.protocol, number, {}} {}

  link_script& client_sends(std::string_view bytes) {
    return after(link_.on_bytes(flow::to_server, bytes, now));
  }
  link_script& server_sends(std::string_view bytes) {
    return after(link_.on_bytes(flow::to_client, bytes, now));
  }
  link_script& client_ends() { return after(link_.on_end(flow::to_server, now)); }
  link_script& server_ends() { return after(link_.on_end(flow::to_client, now)); }
  link_script& breaks(side end) { return after(link_.on_broken(end, now)); }
  link_script& at(duration time) {
    now = time;
    return after(link_.on_time(now));
  }
  link_script& after(link_step step) {
    for (flow const way : both_flows) {
      for (parcel& each : step.send[index_of(way)]) {
        if (writes) link_.on_written(way, each.bytes.size());
        sent(way) += each.bytes;
        due = each.due;
        ++parcels;
      }
    }
    client = step.order[index_of(side::client)];
    server = step.order[index_of(side::server)];
    return *this;
  }
  std::string& sent(flow way) { return way == flow::to_server ? to_server : to_client; }

  [[nodiscard]] link_machine& link() { return link_; }
  [[nodiscard]] fault_book& book() { return book_; }
  [[nodiscard]] std::uint64_t strikes() const {
    proxy_stats stats;
    book_.report(stats);
    std::uint64_t sum = 0;
    for (auto const& each : stats.strikes) sum += each;
    return sum;
  }

  duration now{};
  bool writes = true;  ///< whether what is sent counts as written
  std::string to_server;
  std::string to_client;
  duration due{};  ///< of the last parcel
  int parcels = 0;
  socket_order client{};
  socket_order server{};

 private:
  static proxy_plan parsed(std::string_view text) {
    auto plan = parse_proxy_plan(text, "test.proxy.yaml");
    EXPECT_TRUE(plan) << (plan ? "" : describe(plan.error()));
    return plan.value_or(proxy_plan{});
  }
  static fault_book filled(proxy_plan const& plan, std::uint64_t seed) {
    fault_book book{seed};
    for (proxy_fault const& each : plan.faults) book.add(each, duration::zero());
    return book;
  }

  proxy_plan plan_;
  fault_book book_;
  link_machine link_;
};

/// A message of PostgreSQL's protocol; type 0 for one without a letter.
inline std::string wire_message(char type, std::string_view body) {
  auto const length = static_cast<std::uint32_t>(body.size() + 4);
  std::string message;
  if (type != 0) message.push_back(type);
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    message.push_back(static_cast<char>((length >> (shift - 8)) & 0xffU));
  }
  return message.append(body);
}

inline std::string query_message(std::string_view sql) {
  return wire_message('Q', std::string{sql} + '\0');
}

inline std::string startup_of_postgres() {
  return wire_message(0, std::string_view{"\0\3\0\0user\0me\0\0", 13});
}

}  // namespace holdfast
