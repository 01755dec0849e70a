#pragma once

#include "holdfast/state/change_record.hpp"
#include "holdfast/state/operation_record.hpp"
#include "holdfast/state/order_record.hpp"
#include "holdfast/state/shared_circuit.hpp"

#include <chrono>
#include <string_view>

namespace holdfast::testing {

inline constexpr wall_time monday{std::chrono::seconds{1'700'000'000}};

/// An open circuit, told apart from others by its generation.
inline operation_record opened(std::string_view operation, std::uint64_t generation = 7) {
  using namespace std::chrono_literals;
  operation_record record{.operation = operation, .saved_at = monday};
  record.breaker.state = breaker_state::open;
  record.breaker.generation = generation;
  record.breaker.wait = 30s;
  record.breaker.since = instant{-5s};
  record.breaker.open_until = instant{25s};
  record.breaker.probes.resize(1);
  record.budget = core::budget_snapshot{.held = 12, .refilled = instant{-1s}, .taken = 3};
  return record;
}

inline change_record changed(std::string_view operation, std::string_view why) {
  return {.operation = operation,
          .at = monday,
          .kind = change_kind::order,
          .from = breaker_state::closed,
          .to = breaker_state::forced_open,
          .reason = "set by hand",
          .why = why,
          .author = "ada",
          .end = later(monday, std::chrono::minutes{10})};
}

inline order_record ordered(std::string_view operation, wall_time given_at = monday) {
  return {.operation = operation,
          .what = order_kind::open,
          .why = "maintenance",
          .author = "ada",
          .given_at = given_at};
}

/// A circuit that was opened and is probed.
inline shared_circuit shared(std::string_view operation, std::uint64_t changes = 1) {
  using namespace std::chrono_literals;
  return {.operation = operation,
          .host_start = "0f3a",
          .changes = changes,
          .open = true,
          .open_until = instant{25s},
          .wait = 30s,
          .lease = probe_lease{.holder = ~std::uint64_t{0},
                               .round = changes,
                               .taken = instant{26s},
                               .ends = instant{58s},
                               .wanted = probe_want{5, instant{27s}, instant{28s}}},
          .passed_on = 2};
}

}  // namespace holdfast::testing
