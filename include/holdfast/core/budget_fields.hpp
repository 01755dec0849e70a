#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/core/budget.hpp"

#include <vector>

namespace holdfast {

template <>
struct fields_of<budget> {
  static constexpr auto table = std::tuple{
      field("capacity", &budget::capacity, {0.0, 1e6, true},
            "Tokens held at most, and at the start; each retry takes one."),
      field("per_second", &budget::per_second, {0.0, 1e6}, "Tokens added each second."),
      field("per_call", &budget::per_call, {0.0, 1000.0}, "Tokens added by each first attempt.")};

  static std::vector<field_problem> contradictions(budget const& options);
};

}  // namespace holdfast
