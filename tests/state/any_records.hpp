#pragma once

#include "holdfast/state/change_record.hpp"
#include "holdfast/state/operation_record.hpp"
#include "holdfast/state/order_record.hpp"
#include "holdfast/state/shared_circuit.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include <rapidcheck.h>

namespace holdfast::testing {

// Records with any values that they may hold, the ends of their ranges among them.

template <class Number>
Number any_between(Number least, Number most) {
  return *rc::gen::oneOf(rc::gen::element(least, most), rc::gen::inRange<Number>(least, most));
}

inline std::int64_t any_count() {
  using limits = std::numeric_limits<std::int64_t>;
  return any_between<std::int64_t>(limits::min(), limits::max());
}
inline instant any_instant() { return instant{duration{any_count()}}; }
inline duration any_length() { return duration{std::max<std::int64_t>(0, any_count())}; }
inline wall_time any_wall_time() { return wall_time{any_length()}; }
inline std::uint64_t any_bits() { return *rc::gen::arbitrary<std::uint64_t>(); }

template <class Enum>
Enum any_of() {
  auto const& table = names_of<Enum>::table;
  return table[*rc::gen::inRange<std::size_t>(0, table.size())].value;
}

/// Any bytes: text, controls, quotes, whole and broken UTF-8.
inline std::string any_text(std::size_t least, std::size_t most) {
  std::string text = *rc::gen::element<std::string>("", "plain", "\"quoted\\", "\xC3\xA9t\xC3\xA9",
                                                    "\xC3", "\xED\xB2\x80", std::string(3, '\0'));
  text += *rc::gen::arbitrary<std::string>();
  if (text.size() < least) text = "x";
  return text.substr(0, most);
}

inline core::window_snapshot any_window() {
  core::window_snapshot window{.kind = any_of<window_kind>()};
  if (window.kind == window_kind::count) {
    window.calls = any_between<std::uint64_t>(0, 100'000);
    window.failed = *rc::gen::arbitrary<std::vector<std::uint64_t>>();
    window.slow = *rc::gen::arbitrary<std::vector<std::uint64_t>>();
  } else {
    window.newest_begins = any_instant();
    window.bucket_width = any_length();
    window.buckets.resize(*rc::gen::inRange<std::size_t>(0, 20));
    for (core::window_totals& each : window.buckets) {
      each.calls = any_between<std::uint64_t>(0, 1'000'000'000'000'000);
      each.failures = any_between<std::uint64_t>(0, each.calls);
      each.slow = any_between<std::uint64_t>(0, each.calls);
    }
  }
  return window;
}

inline core::breaker_snapshot any_breaker() {
  constexpr int most = std::numeric_limits<int>::max();
  core::breaker_snapshot breaker{.state = any_of<breaker_state>(),
                                 .generation = any_bits() >> 1U,
                                 .consecutive_failures = any_between(0, most),
                                 .probe_successes = any_between(0, most),
                                 .hanging = any_between(0, most),
                                 .times_opened = *rc::gen::arbitrary<std::uint32_t>(),
                                 .told_would_open = *rc::gen::arbitrary<bool>(),
                                 .wait = any_length(),
                                 .since = any_instant(),
                                 .closed_since = any_instant(),
                                 .open_until = any_instant(),
                                 .random_state = any_bits()};
  breaker.probes.resize(*rc::gen::inRange<std::size_t>(0, 4));
  for (core::probe_place& each : breaker.probes) {
    each = {.expires = any_instant(),
            .serial = *rc::gen::arbitrary<std::uint32_t>(),
            .running = *rc::gen::arbitrary<bool>()};
  }
  if (*rc::gen::arbitrary<bool>()) breaker.window = any_window();
  return breaker;
}

inline operation_record any_operation() {
  operation_record record{.operation = std::string_view{any_text(1, 120)},
                          .saved_at = any_wall_time(),
                          .breaker = any_breaker()};
  if (*rc::gen::arbitrary<bool>()) {
    record.budget = {.held = any_length().count(), .refilled = any_instant(), .taken = any_bits()};
  }
  return record;
}

inline change_record any_change() {
  change_record record{.operation = std::string_view{any_text(1, 120)},
                       .at = any_wall_time(),
                       .kind = any_of<change_kind>(),
                       .from = any_of<breaker_state>(),
                       .to = any_of<breaker_state>(),
                       .reason = std::string_view{any_text(0, 120)},
                       .why = std::string_view{any_text(0, 80)},
                       .author = std::string_view{any_text(0, 80)}};
  if (*rc::gen::arbitrary<bool>()) record.end = any_wall_time();
  return record;
}

inline order_record any_order() {
  order_record record{.number = any_between<std::int64_t>(1, std::int64_t{1} << 53U),
                      .operation = std::string_view{any_text(1, 120)},
                      .what = any_of<order_kind>(),
                      .why = std::string_view{any_text(0, 80)},
                      .author = std::string_view{any_text(0, 80)},
                      .given_at = any_wall_time()};
  if (*rc::gen::arbitrary<bool>()) record.until = any_wall_time();
  return record;
}

inline shared_circuit any_shared() {
  shared_circuit record{.operation = std::string_view{any_text(1, 120)},
                        .host_start = std::string_view{any_text(0, 40)},
                        .changes = any_bits(),
                        .open = *rc::gen::arbitrary<bool>(),
                        .by_hand = *rc::gen::arbitrary<bool>(),
                        .open_until = any_instant(),
                        .wait = any_length(),
                        .passed_on = any_between(0, std::numeric_limits<int>::max()),
                        .touched = any_bits()};
  if (*rc::gen::arbitrary<bool>()) {
    record.lease = {
        .holder = any_bits(), .round = any_bits(), .taken = any_instant(), .ends = any_instant()};
    if (*rc::gen::arbitrary<bool>()) {
      record.lease->wanted = {.asker = any_bits(), .since = any_instant(), .last = any_instant()};
    }
  }
  return record;
}

}  // namespace holdfast::testing
