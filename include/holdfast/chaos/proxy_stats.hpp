#pragma once

#include "holdfast/chaos/proxy_fault.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace holdfast {

/// How much went one way.
struct proxy_traffic {
  std::uint64_t received = 0;   ///< bytes read from the sender
  std::uint64_t passed_on = 0;  ///< bytes written to the receiver
  std::uint64_t swallowed = 0;  ///< bytes that a fault kept from the receiver

  friend bool operator==(proxy_traffic const&, proxy_traffic const&) = default;
};

/// One fault that a proxy holds, and how often it struck.
struct proxy_fault_count {
  std::uint64_t id = 0;
  proxy_fault_kind kind{};
  std::uint64_t strikes = 0;

  friend bool operator==(proxy_fault_count const&, proxy_fault_count const&) = default;
};

/// What a proxy has done so far: a value, as of one moment.
struct proxy_stats {
  std::uint64_t connections = 0;  ///< accepted
  std::uint64_t open = 0;         ///< of these, with a socket of ours still open
  std::uint64_t unreachable = 0;  ///< the server could not be connected to
  proxy_traffic to_server;
  proxy_traffic to_client;
  std::array<std::uint64_t, proxy_fault_kind_count> strikes{};  ///< by kind, cleared faults too
  std::vector<proxy_fault_count> faults;                        ///< those in force

  [[nodiscard]] std::uint64_t count(proxy_fault_kind kind) const noexcept {
    return strikes[static_cast<std::size_t>(kind)];
  }
};

/// One line: "12 connections, 1 open, 4096 bytes to the server, 9000 to the client; cut 3".
[[nodiscard]] std::string to_text(proxy_stats const& stats);

/// The same as one JSON object, with `faults` by kind and `in_force` fault by fault.
[[nodiscard]] std::string to_json(proxy_stats const& stats);

}  // namespace holdfast
