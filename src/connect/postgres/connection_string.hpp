#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/connect/postgres/connection_options.hpp"

#include <map>
#include <string>
#include <vector>

namespace holdfast::postgres {

/// What libpq is told of one host.
struct connection_try {
  std::map<std::string, std::string> parameters{};  ///< by libpq's keywords
  duration timeout{};
  std::string host{};  ///< for messages: "db.example:5432"
};

/// The hosts to try, in their order: libpq's own loop over them can't be bounded for each when it
/// is driven without blocking. Fails where the string can't be read.
[[nodiscard]] expected<std::vector<connection_try>, failure> tries_of(
    connection_options const& options);

}  // namespace holdfast::postgres
