#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"

#include <span>
#include <string>
#include <string_view>

namespace holdfast {

/// Renames a file to PATH.damaged-N, N being one more than the highest there is, and deletes all
/// but the newest 5 of those. Numbers and not times: a clock that was set would mix up their order.
/// @param companions endings of files that belong to it, such as "-wal": moved before it, where
///                   they are there
/// @return where it lies now
[[nodiscard]] expected<std::string, failure> set_file_aside(
    std::string const& path, std::span<std::string_view const> companions = {});

}  // namespace holdfast
