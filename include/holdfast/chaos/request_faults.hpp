#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/chaos/fault_kind.hpp"

#include <array>
#include <cstdint>
#include <tuple>

namespace holdfast {

/// How a server says when to come back.
enum class retry_after_form {
  seconds,  ///< Retry-After: 1
  date,     ///< Retry-After: Sun, 22 Nov 2026 08:28:00 GMT
  none,     ///< no such header
  mixed,    ///< one of these three, by chance
};

template <>
struct names_of<retry_after_form> {
  using enum retry_after_form;
  static constexpr std::array<named_value<retry_after_form>, 4> table{
      {{seconds, "seconds"}, {date, "date"}, {none, "none"}, {mixed, "mixed"}}};
};

/// Which share of the requests meets which fault, and how these faults are carried out. A request
/// meets one at most, so the shares add up to 1 or less.
struct request_faults {
  double unavailable = 0;
  double maintenance_page = 0;
  double bad_gateway = 0;
  double html_instead = 0;
  double throttled = 0;
  double server_error = 0;
  double gateway_timeout = 0;
  double reset = 0;
  double reset_in_body = 0;
  double short_body = 0;
  double cut_chunk = 0;
  double truncated_json = 0;
  double malformed_json = 0;
  double broken_gzip = 0;
  double stall = 0;
  double slow_drip = 0;
  double endless_body = 0;
  double redirect_loop = 0;

  retry_after_form retry_after = retry_after_form::seconds;
  duration retry_after_delay = std::chrono::seconds{1};
  duration gateway_timeout_after = std::chrono::seconds{2};
  duration stall_limit = std::chrono::seconds{60};
  std::uint32_t drip_bytes = 1;
  duration drip_pause = std::chrono::seconds{1};
  byte_count endless_limit = 64_MiB;
};

/// The share of one kind of fault.
struct fault_share {
  fault_kind kind;
  double request_faults::*share;
};

/// Every fault that strikes by chance, in the order in which a draw is compared to the shares.
inline constexpr std::array<fault_share, 18> fault_shares{
    {{fault_kind::unavailable, &request_faults::unavailable},
     {fault_kind::maintenance_page, &request_faults::maintenance_page},
     {fault_kind::bad_gateway, &request_faults::bad_gateway},
     {fault_kind::html_instead, &request_faults::html_instead},
     {fault_kind::throttled, &request_faults::throttled},
     {fault_kind::server_error, &request_faults::server_error},
     {fault_kind::gateway_timeout, &request_faults::gateway_timeout},
     {fault_kind::reset, &request_faults::reset},
     {fault_kind::reset_in_body, &request_faults::reset_in_body},
     {fault_kind::short_body, &request_faults::short_body},
     {fault_kind::cut_chunk, &request_faults::cut_chunk},
     {fault_kind::truncated_json, &request_faults::truncated_json},
     {fault_kind::malformed_json, &request_faults::malformed_json},
     {fault_kind::broken_gzip, &request_faults::broken_gzip},
     {fault_kind::stall, &request_faults::stall},
     {fault_kind::slow_drip, &request_faults::slow_drip},
     {fault_kind::endless_body, &request_faults::endless_body},
     {fault_kind::redirect_loop, &request_faults::redirect_loop}}};

template <>
struct fields_of<request_faults> {
  static constexpr value_range<double> share{0, 1};
  static constexpr auto table = std::tuple{
      field("unavailable", &request_faults::unavailable, share, "503 with a JSON body"),
      field("maintenance_page", &request_faults::maintenance_page, share, "503 with an HTML page"),
      field("bad_gateway", &request_faults::bad_gateway, share, "502 with a proxy's HTML page"),
      field("html_instead", &request_faults::html_instead, share, "200 with an HTML page"),
      field("throttled", &request_faults::throttled, share, "429"),
      field("server_error", &request_faults::server_error, share, "500 as JSON with a traceback"),
      field("gateway_timeout", &request_faults::gateway_timeout, share,
            "504 after gateway_timeout_after"),
      field("reset", &request_faults::reset, share, "reset before a byte was answered"),
      field("reset_in_body", &request_faults::reset_in_body, share, "reset within the body"),
      field("short_body", &request_faults::short_body, share,
            "closed before Content-Length is reached"),
      field("cut_chunk", &request_faults::cut_chunk, share,
            "a chunked body, closed in the middle of a chunk"),
      field("truncated_json", &request_faults::truncated_json, share,
            "a complete answer whose JSON stops early"),
      field("malformed_json", &request_faults::malformed_json, share,
            "a complete answer whose JSON is broken"),
      field("broken_gzip", &request_faults::broken_gzip, share,
            "Content-Encoding gzip over bytes that can't be decoded"),
      field("stall", &request_faults::stall, share,
            "nothing is answered for stall_limit, then the connection is closed"),
      field("slow_drip", &request_faults::slow_drip, share,
            "the page, drip_bytes at a time, drip_pause apart"),
      field("endless_body", &request_faults::endless_body, share,
            "a body without an end, closed after endless_limit"),
      field("redirect_loop", &request_faults::redirect_loop, share,
            "302 to the same page again and again"),
      field("retry_after", &request_faults::retry_after,
            "how unavailable, maintenance_page and throttled say when to come back"),
      field("retry_after_delay", &request_faults::retry_after_delay,
            {duration::zero(), std::chrono::hours{24}},
            "what Retry-After asks for, rounded up to whole seconds"),
      field("gateway_timeout_after", &request_faults::gateway_timeout_after,
            {duration::zero(), std::chrono::minutes{10}}, "how long a 504 takes"),
      field("stall_limit", &request_faults::stall_limit,
            {std::chrono::milliseconds{1}, std::chrono::hours{1}}, "the longest stall"),
      field("drip_bytes", &request_faults::drip_bytes, {1, 1'000'000}, "bytes in one drip"),
      field("drip_pause", &request_faults::drip_pause,
            {std::chrono::milliseconds{1}, std::chrono::minutes{1}}, "time between two drips"),
      field("endless_limit", &request_faults::endless_limit, {1_KiB, 16_GiB},
            "the most that an endless body sends")};
};

}  // namespace holdfast
