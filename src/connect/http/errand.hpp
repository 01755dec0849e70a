#pragma once

#include "connect/http/exchange.hpp"
#include "connect/http/route.hpp"
#include "connect/http/setup.hpp"
#include "connect/http/verdict.hpp"
#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/connect/http/client.hpp"
#include "holdfast/connect/http/request.hpp"
#include "holdfast/connect/http/response.hpp"

#include <array>
#include <optional>

#include <curl/curl.h>

namespace holdfast::http {

/// One request on its way from its first URL to its last answer: what libcurl is told of each
/// exchange, and what is made of its end. It waits for nothing; the clients do, each in its way:
///
///     for (;;) {
///       errand.begin(easy); … the exchange runs …
///       if (auto made = errand.end(how)) return std::move(*made);
///     }
class errand {
 public:
  /// The three must outlive it.
  errand(request const& wanted, limits const& bounds, trust const& whom);
  errand(errand const&) = delete;
  errand& operator=(errand const&) = delete;

  /// Readies an easy handle for the next exchange; it must be attached to nothing, and be left
  /// alone but for running it until `end`.
  void begin(CURL* easy);

  /// Takes how the exchange ended, or what kept it from beginning: `curl_code`, `stopped` and
  /// `timed_out`, the rest it finds out. Nothing where a redirect leads further: then begin again.
  [[nodiscard]] std::optional<expected<response, failure>> end(ending how);

 private:
  void look_closer(ending& how);

  request const* wanted_;
  limits const* bounds_;
  trust const* whom_;
  instant started_;
  route led_;
  exchange seen_;
  conversation running_{};  // without an easy handle while no exchange has begun
  header_list fields_;
  std::array<char, CURL_ERROR_SIZE> message_{};
  bool sent_ = false;  // in any exchange
};

}  // namespace holdfast::http
