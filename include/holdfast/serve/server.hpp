#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/serve/served.hpp"
#include "holdfast/serve/server_options.hpp"

#include <memory>
#include <string>

namespace holdfast {

/// Shows what a process knows of its guards over HTTP/1.1: /livez, /readyz, /health, /metrics,
/// /breakers, /breakers/{name}, /breakers/{name}/events; and takes orders by POST, with a token.
/// docs/observability.md has every path with its answers.
///
/// Two threads: one serves all connections and answers /livez by itself, the other makes all other
/// answers, one after the other. Bounds: `max_connections`; 8 KiB for a request's head, 4 KiB for
/// its body; the times of the options. Memory: 20 KiB a connection, and the answers being sent.
///
/// Listens on loopback unless told otherwise, and answers only to names that are its own. It speaks
/// no TLS: put a proxy before it where others are to see it.
class server {
 public:
  /// Binds, listens, and serves until it ends. A problem where the address can't be used, or the
  /// options are out of range.
  /// @param what must outlive the server
  [[nodiscard]] static expected<server, problem> open(served& what, server_options options = {});
  server(server&&) noexcept;
  server& operator=(server&&) noexcept;
  /// Ends all connections.
  ~server();

  /// "http://127.0.0.1:9464".
  [[nodiscard]] std::string url() const;

  /// From now on /readyz says that no more work is to be sent here.
  void drain();

 private:
  class parts;
  explicit server(std::unique_ptr<parts> made) noexcept;

  std::unique_ptr<parts> parts_;
};

}  // namespace holdfast
