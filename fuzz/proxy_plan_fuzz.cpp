// Any text as a proxy's plan, and any bytes through a connection under it: no byte is made up, lost
// uncounted or doubled, and what was held back comes out.

#include "chaos/link_machine.hpp"
#include "holdfast/base/contract.hpp"
#include "holdfast/chaos/proxy_plan.hpp"
#include "target.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace {

using namespace holdfast;

/// Delays of hours are fine here; a byte a second would make a parcel of every byte.
bool is_quick(proxy_plan const& plan) {
  return std::none_of(plan.faults.begin(), plan.faults.end(), [](proxy_fault const& each) {
    return each.bytes_per_second > 0 && each.bytes_per_second < 100'000;
  });
}

class connection {
 public:
  explicit connection(proxy_plan const& plan)
      : book_{7}, link_{filled(book_, plan), plan.protocol, 1, {}} {}

  void take(link_step const& step) {
    for (flow const way : both_flows) {
      for (parcel const& each : step.send[index_of(way)]) {
        expects(!each.bytes.empty(), "no parcel is empty");
        link_.on_written(way, each.bytes.size());
        sent_[index_of(way)] += each.bytes.size();
      }
    }
    for (side const end : both_ends) {
      expects(step.order[index_of(end)] >= orders_[index_of(end)], "an order is never taken back");
    }
    orders_ = step.order;
  }

  void run(std::string_view bytes) {
    duration now{};
    while (!bytes.empty()) {
      auto const byte = static_cast<unsigned char>(bytes.front());
      flow const way = (byte & 1U) != 0 ? flow::to_server : flow::to_client;
      std::size_t const size = std::min<std::size_t>(byte / 2 + 1, bytes.size());
      now += std::chrono::milliseconds{byte};
      take(link_.on_bytes(way, bytes.substr(0, size), now));
      received_[index_of(way)] += size;
      bytes.remove_prefix(size);
      if (auto const next = link_.next_time(now)) {
        expects(*next > now, "the next time is ahead");
        if (byte > 200) take(link_.on_time(now = *next));
      }
    }
    book_.clear();
    take(link_.on_time(now));
    for (flow const way : both_flows) take(link_.on_end(way, now));
    for (flow const way : both_flows) {
      expects(received_[index_of(way)] == sent_[index_of(way)] + link_.swallowed(way),
              "every byte was sent or swallowed");
    }
    expects(link_.finished(), "where both have ended all is over");
  }

 private:
  static fault_book& filled(fault_book& book, proxy_plan const& plan) {
    for (proxy_fault const& each : plan.faults) book.add(each, duration::zero());
    return book;
  }

  fault_book book_;
  link_machine link_;
  std::array<std::uint64_t, 2> received_{};
  std::array<std::uint64_t, 2> sent_{};
  std::array<socket_order, 2> orders_{};
};

}  // namespace

/// The plan, a NUL, and the bytes.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const all{reinterpret_cast<char const*>(data), size};
  std::size_t const border = std::min(all.find('\0'), all.size());
  auto const plan = parse_proxy_plan(all.substr(0, border), "fuzz");
  if (!plan || !is_quick(*plan)) return 0;
  connection{*plan}.run(all.substr(std::min(border + 1, all.size())));
  return 0;
}
