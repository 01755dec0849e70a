#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/core/fault_injection.hpp"

namespace holdfast {

template <>
struct fields_of<fault_injection> {
  static constexpr duration hour = std::chrono::hours{1};
  static constexpr auto table = std::tuple{
      field("failure_rate", &fault_injection::failure_rate, {0.0, 1.0},
            "Share of attempts that fail without running the callable."),
      field("category", &fault_injection::category, "Category of the injected failures."),
      field("latency_rate", &fault_injection::latency_rate, {0.0, 1.0},
            "Share of attempts that wait before they run."),
      field("latency", &fault_injection::latency, {duration::zero(), hour}, "How long those wait."),
      field("seed", &fault_injection::seed, {0, 1'000'000'000'000},
            "The same seed and the same order of attempts give the same faults.")};
};

}  // namespace holdfast
