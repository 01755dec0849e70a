#pragma once

#include "holdfast/base/field.hpp"
#include "holdfast/drive/operation.hpp"

#include <vector>

namespace holdfast {

/// Where policies contradict each other, each being right by itself; part of `check`. The field is
/// told by its path: "breaker.max_hanging".
[[nodiscard]] std::vector<field_problem> contradictions(operation_options const& options);

}  // namespace holdfast
