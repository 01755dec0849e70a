#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/chaos/proxy_plan.hpp"
#include "holdfast/chaos/proxy_stats.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// Between whom a proxy stands. Addresses are "host:port", "[::1]:port" or "unix:/path".
struct proxy_options {
  std::string to{};                    ///< the server
  std::string listen = "127.0.0.1:0";  ///< port 0: any that is free
  std::string control{};               ///< of the HTTP control calls, host:port; empty: none
  std::uint64_t seed = 1;              ///< of all chance
  std::size_t max_connections = 1024;  ///< more wait in the system's queue
};

/// A proxy for TCP and Unix sockets that fails as planned. docs/chaos.md tells all about it.
///
/// It serves from `open` to its end, all connections in one thread of its own, which blocks all
/// signals. Memory: at most 96 KiB each way of a connection (64 KiB on their way, 16 KiB of a
/// message held back, 16 KiB being read), and about 1 KiB for each fault; nothing more is read than
/// that, so a slow receiver slows its sender.
///
/// Thread safety: every method may be called from any thread at any time, but for the moves and the
/// end. Each waits until the serving thread has done it. What a change does is in force when the
/// call returns, for connections that are open too.
class chaos_proxy {
 public:
  /// Listens and serves; a problem where an address can't be used. The server is not contacted
  /// before a client comes. The plan must have passed its checks, as parse_proxy_plan sees to.
  [[nodiscard]] static expected<chaos_proxy, problem> open(proxy_options options,
                                                           proxy_plan plan = {});
  chaos_proxy(chaos_proxy&&) noexcept;
  chaos_proxy& operator=(chaos_proxy&&) noexcept;
  /// As `stop`.
  ~chaos_proxy();

  /// Where clients connect to: "127.0.0.1:45123", or "unix:/path".
  [[nodiscard]] std::string address() const;
  /// The port alone; 0 for a Unix socket.
  [[nodiscard]] std::uint16_t port() const;
  /// "http://127.0.0.1:45124", or empty.
  [[nodiscard]] std::string control_url() const;

  /// Adds one fault. Its times, and its counts of bytes, begin now.
  /// @return its id, from 1, the faults of the plan included; or what is wrong with it
  expected<std::uint64_t, problems> add(proxy_fault fault);

  /// The same from a text, YAML or JSON: "faults: [{kind: reset}]". All of them, or none.
  expected<std::vector<std::uint64_t>, problems> add_text(std::string_view plan);

  /// Takes all faults away. What they have done stays: a half-open connection stays half-open.
  /// @return how many there were
  std::size_t clear();
  /// Takes one away; whether there was one with this id.
  bool remove(std::uint64_t id);

  /// Ends all open connections as a fault of this kind does, also those that are half-open.
  /// @param how cut, reset or half_open
  /// @return how many
  std::size_t end_all(proxy_fault_kind how = proxy_fault_kind::cut,
                      proxy_sides closes = proxy_sides::both);

  [[nodiscard]] proxy_stats stats() const;

  /// Resets what is open and stops listening. The statistics can still be read.
  void stop();

 private:
  class state;
  explicit chaos_proxy(std::unique_ptr<state> made) noexcept;
  std::unique_ptr<state> state_;
};

}  // namespace holdfast
