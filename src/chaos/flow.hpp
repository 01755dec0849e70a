#pragma once

#include <array>
#include <cstddef>

namespace holdfast {

/// One way through a connection.
enum class flow { to_server, to_client };

/// One end of a connection, as the proxy sees it.
enum class side { client, server };

inline constexpr std::array both_flows{flow::to_server, flow::to_client};
inline constexpr std::array both_ends{side::client, side::server};

[[nodiscard]] constexpr std::size_t index_of(flow way) noexcept {
  return static_cast<std::size_t>(way);
}
[[nodiscard]] constexpr std::size_t index_of(side end) noexcept {
  return static_cast<std::size_t>(end);
}
[[nodiscard]] constexpr flow other(flow way) noexcept {
  return way == flow::to_server ? flow::to_client : flow::to_server;
}
[[nodiscard]] constexpr side other(side end) noexcept {
  return end == side::client ? side::server : side::client;
}
[[nodiscard]] constexpr side sender_of(flow way) noexcept {
  return way == flow::to_server ? side::client : side::server;
}
[[nodiscard]] constexpr side receiver_of(flow way) noexcept { return other(sender_of(way)); }
[[nodiscard]] constexpr flow flow_from(side end) noexcept {
  return end == side::client ? flow::to_server : flow::to_client;
}

}  // namespace holdfast
