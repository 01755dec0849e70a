#pragma once

#include "holdfast/base/enum_names.hpp"

#include <array>
#include <cstddef>

namespace holdfast {

/// What is done to one request, or to one attempt to connect: never more than one of these.
enum class fault_kind {
  none,              ///< the page is sent as it should be
  unavailable,       ///< 503 with a JSON body
  maintenance_page,  ///< 503 with an HTML page
  bad_gateway,       ///< 502 with an HTML page
  html_instead,      ///< 200, but the body is an HTML page
  throttled,         ///< 429 with Retry-After
  server_error,      ///< 500 with a JSON body that holds a traceback
  gateway_timeout,   ///< 504 after a wait
  reset,             ///< the connection is reset before a byte was answered
  reset_in_body,     ///< the connection is reset in the middle of the body
  short_body,        ///< the body ends before its Content-Length
  cut_chunk,         ///< a chunked body ends in the middle of a chunk
  truncated_json,    ///< a complete answer whose JSON text stops early
  malformed_json,    ///< a complete answer whose JSON text is broken in the middle
  broken_gzip,       ///< a gzip body that can't be decoded to its end
  stall,             ///< nothing is answered until the client gives up
  slow_drip,         ///< the page, a few bytes at a time
  endless_body,      ///< a body that does not end
  redirect_loop,     ///< 302 to the same page, for ever
  poison,            ///< 500, because the page holds a record that the service can't serve
  quota,             ///< 429 or 503: the client asked too often
  outage,            ///< the service is away
};

inline constexpr std::size_t fault_kind_count = static_cast<std::size_t>(fault_kind::outage) + 1;

template <>
struct names_of<fault_kind> {
  using enum fault_kind;
  static constexpr std::array<named_value<fault_kind>, fault_kind_count> table{
      {{none, "none"},
       {unavailable, "unavailable"},
       {maintenance_page, "maintenance_page"},
       {bad_gateway, "bad_gateway"},
       {html_instead, "html_instead"},
       {throttled, "throttled"},
       {server_error, "server_error"},
       {gateway_timeout, "gateway_timeout"},
       {reset, "reset"},
       {reset_in_body, "reset_in_body"},
       {short_body, "short_body"},
       {cut_chunk, "cut_chunk"},
       {truncated_json, "truncated_json"},
       {malformed_json, "malformed_json"},
       {broken_gzip, "broken_gzip"},
       {stall, "stall"},
       {slow_drip, "slow_drip"},
       {endless_body, "endless_body"},
       {redirect_loop, "redirect_loop"},
       {poison, "poison"},
       {quota, "quota"},
       {outage, "outage"}}};
};

/// Whether a client can't have got its page; a slow page is still a page.
[[nodiscard]] constexpr bool fails(fault_kind kind) noexcept {
  return kind != fault_kind::none && kind != fault_kind::slow_drip;
}

}  // namespace holdfast
