#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/classify/http_answer.hpp"
#include "holdfast/classify/throttling.hpp"
#include "holdfast/connect/http/header.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::http {

/// A good answer: complete, no larger than the limits, what the request expects, and of status 2xx,
/// or 304 where the request has a condition (If-None-Match, If-Modified-Since).
struct response {
  int status = 0;
  std::vector<header> headers;  ///< of the last answer, after redirects; in the order received
  std::string body;             ///< decompressed
  std::string content_type;     ///< "application/json; charset=utf-8"; empty if there was none
  std::string effective_url;    ///< after redirects; may hold what `redacted_url` takes out
  /// What the request's judge made of it, and how many parts it misses.
  answer_extent extent = answer_extent::whole;
  std::size_t missing = 0;
  /// How near its limits the server says we are (X-Throttling-Control). From red on: slow down.
  std::optional<holdfast::throttling> throttling{};
  holdfast::duration duration{};  ///< from the call of `send` to the last byte
};

}  // namespace holdfast::http
