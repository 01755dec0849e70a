#pragma once

#include <string>

namespace holdfast {

/// The JSON Schema (draft 2020-12) of a resilience file, for editors: made from the field tables
/// that also parse and check the file. One line, a kilobyte for every dozen fields.
///
/// It knows keys, kinds of values, units, names and the ranges of numbers. Ranges of durations and
/// what fields say of each other only `resilience_file` knows.
[[nodiscard]] std::string resilience_schema();

}  // namespace holdfast
