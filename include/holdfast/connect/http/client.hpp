#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/base/units.hpp"
#include "holdfast/connect/http/request.hpp"
#include "holdfast/connect/http/response.hpp"

#include <memory>
#include <string>

namespace holdfast::http {

/// What a client puts up with.
struct limits {
  byte_count max_body = 64_MiB;     ///< after decompression; larger answers are failures. > 0.
  byte_count max_headers = 64_KiB;  ///< of one answer, names and values. > 0.
  /// 0 = none. Only GET and HEAD follow. A request for an https URL stays with https throughout;
  /// one for an http URL may be led to https, and from there back to http.
  int max_redirects = 5;
  duration connect_timeout = std::chrono::seconds{10};  ///< name, connection and TLS together. > 0.
  /// An answer that brings less than `least_speed` for so long is given up; also one that does not
  /// begin. Off for none.
  duration stall_timeout = std::chrono::seconds{30};
  byte_count least_speed{16};  ///< bytes per second
};

/// Sends HTTP requests one after the other over connections that it keeps for reuse.
///
/// An answer with another status than 2xx is a failure, with Retry-After read. A failure tells by
/// its advice whether a second try is safe: always before anything was sent, after that only where
/// the request is repeatable. A request that is not repeatable gets a fresh connection, since on a
/// kept one libcurl would send it again by itself when the server had hung up.
///
/// TLS certificates are checked; a proxy is taken from the environment, but never for loopback.
/// Texts of failures hold neither passwords nor queries of URLs.
///
/// Not thread-safe: one client a thread. Memory: a body of up to max_body, in a buffer that doubles
/// as it grows, so for a moment up to three times that; names and values of up to max_headers, and
/// about 64 bytes for each field; beside them what libcurl takes for its kept connections and for
/// decoding (buffers of some 10 KiB and the window that the encoding asks for).
class client {
 public:
  explicit client(limits const& bounds = {});
  client(client&& other) noexcept;
  client& operator=(client&& other) noexcept;
  ~client();

  /// Waits for the whole answer, for at most the limits, the deadline and the stop_token allow.
  [[nodiscard]] expected<response, failure> send(request const& wanted);

 private:
  struct handles;

  limits limits_;
  std::unique_ptr<handles> handles_;
};

}  // namespace holdfast::http
