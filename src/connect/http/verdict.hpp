#pragma once

#include "connect/http/exchange.hpp"
#include "connect/http/route.hpp"
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
  bool request_sent = false;   ///< at least a part of it, also before a redirect
  int proxy_status = 0;        ///< what a proxy said to CONNECT; 0 where none was asked
  way led = way::arrived;      ///< where the answer was a redirect
  bool stopped = false;        ///< by the caller
  bool timed_out = false;      ///< by the deadline
  std::int64_t wall_now = 0;   ///< seconds since 1970, for the dates of Retry-After

  /// Whether all came that was announced.
  [[nodiscard]] bool is_whole() const noexcept { return curl_code == 0 && !stopped && !timed_out; }
};

[[nodiscard]] inline phase how_far(ending const& how) noexcept {
  return how.request_sent ? phase::sent : phase::not_sent;
}

/// Whether a second sending of a request does no more than the first.
[[nodiscard]] bool is_repeatable(request const& wanted);

/// Whether an answer of that status says that its connection must not be used again.
[[nodiscard]] bool spoils_connection(int status);

/// The failure that an exchange ended with, or nothing for a good answer, of which is then said
/// what the request's judge made of it. Decides alone: no I/O.
[[nodiscard]] std::optional<failure> verdict_on(exchange& seen, ending const& how,
                                                request const& wanted);

/// Of a request that never got its turn, for a reason of the client's own.
[[nodiscard]] failure without_a_turn(std::string_view why, request const& wanted);

/// Why a request can't be sent at all, or nothing.
[[nodiscard]] std::optional<failure> refusal_of(request const& wanted);

}  // namespace holdfast::http
