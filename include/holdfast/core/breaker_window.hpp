#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/time.hpp"

namespace holdfast {

/// Over what a breaker's rates are taken.
enum class window_kind {
  count,  ///< the last `calls` calls, however old
  time,   ///< the calls of the last `span`
};

template <>
struct names_of<window_kind> {
  static constexpr std::array<named_value<window_kind>, 2> table{
      {{window_kind::count, "count"}, {window_kind::time, "time"}}};
};

/// The calls that a rate is taken over: `last_calls(100)` or `last_span(10s)`.
///
/// Memory, only where a rate is switched on: calls / 4 bytes, or 24 bytes a bucket.
struct breaker_window {
  window_kind kind = window_kind::count;     ///< What ends a call's stay in the window.
  int calls = 100;                           ///< Of a count window: how many. 1 .. 100000.
  duration span = std::chrono::seconds{10};  ///< Of a time window: how long. 150ms a bucket .. 7d.
  int buckets = 10;  ///< Of a time window: the steps in which old calls leave. 1 .. 1000.

  friend bool operator==(breaker_window const&, breaker_window const&) = default;
};

/// The last `calls` calls, exactly.
[[nodiscard]] constexpr breaker_window last_calls(int calls) noexcept {
  return {.kind = window_kind::count, .calls = calls};
}

/// The calls of the last `span`, to the precision of a bucket: between span - span / buckets and
/// span. A span that its buckets do not divide is rounded up to one that they do.
[[nodiscard]] constexpr breaker_window last_span(duration span, int buckets = 10) noexcept {
  return {.kind = window_kind::time, .span = span, .buckets = buckets};
}

}  // namespace holdfast
