#pragma once

#include "holdfast/base/failure.hpp"

#include <optional>
#include <string>

namespace holdfast::rules_detail {

/// What to write instead of a code, or class of codes, that no failure of this kind can have.
/// Nothing where one can.
std::optional<std::string> instead_of_impossible(code_kind kind, std::string const& code);

}  // namespace holdfast::rules_detail
