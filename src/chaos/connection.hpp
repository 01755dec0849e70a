#pragma once

#include "api_service.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace holdfast {

/// Time since the service was started, read from the monotonic clock.
class service_clock {
 public:
  [[nodiscard]] duration since_start() const { return std::chrono::steady_clock::now() - started_; }

 private:
  instant started_ = std::chrono::steady_clock::now();
};

/// Ends a connection with RST.
void reset(boost::asio::ip::tcp::socket& socket);

/// Serves one connection to its end. Never throws for what the client does.
boost::asio::awaitable<void> serve_connection(boost::beast::tcp_stream stream, api_service& service,
                                              service_clock const& clock);

}  // namespace holdfast
