#pragma once

#include "holdfast/validate/rule.hpp"

#include <cstddef>
#include <string>

namespace holdfast {

/// One rule that one value breaks. Owns everything it says.
struct finding {
  std::size_t field = 0;  ///< its place in the schema
  std::string name;       ///< of the field
  rule broken;
  std::string what;     ///< one sentence: "-300 is out of range"
  std::string allowed;  ///< what the rule asks for: "-273.15 .. 5000"
  std::string shown;    ///< beginning of the value, at most 60 bytes of it, fit for one line
};

/// "melting_point_c: -300 is out of range; allowed: -273.15 .. 5000".
[[nodiscard]] std::string describe(finding const& found);

}  // namespace holdfast
