#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/connect/http/header.hpp"

#include <string>
#include <vector>

namespace holdfast::http {

/// A good answer: status 2xx, complete, and no larger than the limits.
struct response {
  int status = 0;
  std::vector<header> headers;    ///< of the last answer, after redirects; in the order received
  std::string body;               ///< decompressed
  std::string content_type;       ///< "application/json; charset=utf-8"; empty if there was none
  std::string effective_url;      ///< after redirects; may hold what `redacted_url` takes out
  holdfast::duration duration{};  ///< from the call of `send` to the last byte
};

}  // namespace holdfast::http
