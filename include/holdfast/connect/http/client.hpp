#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/base/units.hpp"
#include "holdfast/connect/http/request.hpp"
#include "holdfast/connect/http/response.hpp"
#include "holdfast/drive/attempt.hpp"

#include <memory>
#include <string>

namespace holdfast::http {

/// What a client puts up with.
struct limits {
  byte_count max_body = 64_MiB;     ///< after decompression; larger answers are failures. > 0.
  byte_count max_headers = 64_KiB;  ///< of one answer, names and values. > 0. One line: 100 KB.
  /// 0 = none. Only GET and HEAD follow. From https never to http. To another origin (scheme, host,
  /// port) only headers go along that say nothing about the sender, such as Accept.
  int max_redirects = 5;
  duration connect_timeout = std::chrono::seconds{10};  ///< name, connection and TLS together. > 0.
  /// An answer that brings less than `least_speed` for so long is given up; also one that does not
  /// begin. Rounded up to whole seconds. Off for none.
  duration stall_timeout = std::chrono::seconds{30};
  byte_count least_speed{16};  ///< bytes per second
};

/// Whom a client takes for the server that it asked for. Certificates and their names are always
/// checked, from TLS 1.2 on; there is no option not to.
struct trust {
  /// A PEM file of the authorities that are believed, in place of the system's; empty: the
  /// system's. For a service with a certificate of its own, name that certificate.
  std::string ca_file{};
};

/// Sends HTTP requests one after the other over connections that it keeps for reuse.
///
///     holdfast::http::client client;
///     auto page = guard([&](holdfast::attempt const& a) { return client.get(url, a); });
///
/// An answer with another status than 2xx is a failure, with Retry-After and X-Throttling-Control
/// read. A failure tells by its advice whether a second try is safe: always before anything was
/// sent, after that only where the request is repeatable. A request that is not repeatable gets a
/// fresh connection, since on a kept one libcurl would send it again by itself when the server had
/// hung up. The trap: a guard with `retry{.idempotent = true}` repeats everything all the same.
///
/// A proxy is taken from the environment (http_proxy, https_proxy, all_proxy, no_proxy), but never
/// for loopback. Texts of failures hold neither passwords nor queries of URLs, and go through
/// `redact`. What is decided about what happens: docs/http.md.
///
/// Not thread-safe: one client a thread. Memory: a body of up to max_body, in a buffer that doubles
/// as it grows, so for a moment up to three times that; names and values of up to max_headers, and
/// about 64 bytes for each field; beside them what libcurl takes for its kept connections, and
/// about 60 KiB for decoding gzip, which alone is offered.
class client {
 public:
  explicit client(limits const& bounds = {}, trust whom = {});
  client(client&& other) noexcept;
  client& operator=(client&& other) noexcept;
  ~client();

  /// Waits for the whole answer, for at most the limits, the deadline and the stop_token allow.
  [[nodiscard]] expected<response, failure> send(request const& wanted);

  /// The same within an attempt: `send(wanted.within(now))`.
  [[nodiscard]] expected<response, failure> send(request wanted, attempt const& now);

  /// A plain GET within an attempt.
  [[nodiscard]] expected<response, failure> get(std::string url, attempt const& now);

 private:
  struct handles;

  limits limits_;
  trust trust_;
  std::unique_ptr<handles> handles_;
};

}  // namespace holdfast::http
