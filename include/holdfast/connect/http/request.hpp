#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/connect/http/header.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace holdfast::http {

/// Whether a second request does no more than the first.
enum class repeatable {
  by_method,  ///< GET, HEAD, PUT, DELETE, OPTIONS, TRACE are; others are not
  yes,        ///< for example a POST with an idempotency key
  no,         ///< for example a GET that does something
};

/// One request. Plain data; nothing in it is kept after `client::send`.
struct request {
  std::string url;  ///< absolute, http or https; blanks and the like already encoded
  std::string method = "GET";
  std::vector<header> headers{};
  std::string body{};  ///< sent where it is not empty
  holdfast::http::repeatable repeatable = holdfast::http::repeatable::by_method;
  instant deadline = never_reached;  ///< when the answer must be here, to the millisecond
  std::stop_token stop{};            ///< ends the request within milliseconds
};

}  // namespace holdfast::http
