#include "proxy_address.hpp"

#include <cstring>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <sys/un.h>

namespace holdfast {
namespace {

namespace asio = boost::asio;

constexpr std::string_view unix_scheme = "unix:";
constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;

problem no_address(std::string const& text) {
  return {{}, "'" + text + "' is no address", "host:port, [::1]:port or unix:/path"};
}

bool is_port(std::string_view digits) {
  return !digits.empty() && digits.size() <= 5 &&
         digits.find_first_not_of("0123456789") == std::string_view::npos &&
         std::stoul(std::string{digits}) <= 65535;
}

}  // namespace

asio::ip::tcp::endpoint as_tcp(stream_endpoint const& endpoint) {
  asio::ip::tcp::endpoint plain;
  plain.resize(endpoint.size());
  std::memcpy(plain.data(), endpoint.data(), endpoint.size());
  return plain;
}

std::optional<proxy_address> parse_proxy_address(std::string_view text) {
  if (text.starts_with(unix_scheme)) {
    std::string const path{text.substr(unix_scheme.size())};
    if (path.empty() || path.size() > longest_path || path.front() != '/') return std::nullopt;
    return proxy_address{{}, {}, path};
  }
  auto const colon = text.rfind(':');
  if (colon == std::string_view::npos || !is_port(text.substr(colon + 1))) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  bool const bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty() || (!bracketed && host.find(':') != std::string_view::npos)) return std::nullopt;
  return proxy_address{std::string{host}, std::string{text.substr(colon + 1)}, {}};
}

expected<std::vector<stream_endpoint>, problem> resolve(std::string const& address) {
  auto const parsed = parse_proxy_address(address);
  if (!parsed) return unexpected{no_address(address)};
  if (!parsed->path.empty()) {
    return std::vector<stream_endpoint>{asio::local::stream_protocol::endpoint{parsed->path}};
  }
  asio::io_context context;
  asio::ip::tcp::resolver resolver{context};
  boost::system::error_code error;
  auto const found = resolver.resolve(parsed->host, parsed->port, error);
  if (error) {
    return unexpected{problem{{},
                              "'" + address + "' can't be found: " + error.message(),
                              "an address such as 127.0.0.1:5432, or a name that is known here"}};
  }
  std::vector<stream_endpoint> endpoints;
  for (auto const& each : found) endpoints.emplace_back(each.endpoint());
  return endpoints;
}

std::uint16_t port_of(stream_endpoint const& endpoint) {
  return endpoint.protocol().family() == AF_UNIX ? std::uint16_t{0} : as_tcp(endpoint).port();
}

std::string path_of(stream_endpoint const& endpoint) {
  if (endpoint.protocol().family() != AF_UNIX) return {};
  asio::local::stream_protocol::endpoint plain;
  std::memcpy(plain.data(), endpoint.data(), endpoint.size());
  plain.resize(endpoint.size());  // looks at the end of the path
  return plain.path();
}

std::string to_text(stream_endpoint const& endpoint) {
  if (endpoint.protocol().family() == AF_UNIX) {
    return std::string{unix_scheme} + path_of(endpoint);
  }
  auto const plain = as_tcp(endpoint);
  std::string const host = plain.address().to_string();
  return (plain.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(plain.port());
}

}  // namespace holdfast
