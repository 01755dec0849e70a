#pragma once

#include "connect/http/exchange.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/http/request.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast::http {

/// How an exchange ended, in numbers.
struct ending {
  int curl_code = 0;           ///< 0 where a whole answer came
  std::string_view message{};  ///< libcurl's words for it
  bool request_sent = false;
  bool stopped = false;       ///< by the caller
  bool timed_out = false;     ///< by the deadline
  std::int64_t wall_now = 0;  ///< seconds since 1970, for the dates of Retry-After
};

/// Whether a second sending of a request does no more than the first.
[[nodiscard]] bool is_repeatable(request const& wanted);

/// The failure that an exchange ended with, or nothing for a good answer. Decides alone: no I/O.
[[nodiscard]] std::optional<failure> verdict_on(exchange const& seen, ending const& how,
                                                request const& wanted);

/// Why a request can't be sent at all, or nothing.
[[nodiscard]] std::optional<failure> refusal_of(request const& wanted);

}  // namespace holdfast::http
