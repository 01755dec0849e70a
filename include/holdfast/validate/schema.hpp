#pragma once

#include "holdfast/validate/rule.hpp"

#include <string>
#include <vector>

namespace holdfast {

/// One field of a record and what is demanded of it.
struct schema_field {
  std::string name;
  std::vector<rule> rules;
};

/// The fields of a record, in the order in which its values come.
struct schema {
  std::vector<schema_field> fields;
};

}  // namespace holdfast
