#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace holdfast {

using stream_endpoint = boost::asio::generic::stream_protocol::endpoint;
using stream_socket = boost::asio::generic::stream_protocol::socket;

/// An address as users write it.
struct proxy_address {
  std::string host;  ///< empty for a Unix socket
  std::string port;
  std::string path;  ///< of a Unix socket
};

/// Splits "host:port", "[::1]:port" or "unix:/path"; nothing for anything else.
[[nodiscard]] std::optional<proxy_address> parse_proxy_address(std::string_view text);

/// All endpoints that an address stands for, in the order in which they are to be tried. Names are
/// looked up, which may take time.
[[nodiscard]] expected<std::vector<stream_endpoint>, problem> resolve(std::string const& address);

/// "127.0.0.1:8080", "[::1]:8080" or "unix:/path".
[[nodiscard]] std::string to_text(stream_endpoint const& endpoint);

/// The port of an endpoint; 0 for a Unix socket.
[[nodiscard]] std::uint16_t port_of(stream_endpoint const& endpoint);

/// The same endpoint, of an address that is no Unix socket.
[[nodiscard]] boost::asio::ip::tcp::endpoint as_tcp(stream_endpoint const& endpoint);

/// The file of a Unix socket; empty for others.
[[nodiscard]] std::string path_of(stream_endpoint const& endpoint);

}  // namespace holdfast
