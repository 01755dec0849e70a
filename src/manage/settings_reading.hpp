#pragma once

#include "holdfast/config/reading.hpp"
#include "holdfast/manage/operation_settings.hpp"

#include <cstddef>
#include <string_view>

namespace holdfast {

/// Bytes that the name of a guard may have.
inline constexpr std::size_t longest_name = 120;

/// The settings that a merged tree describes. What is wrong with single fields is told again by
/// this; what contradicts, only by this.
/// @param name of the operation; empty where the tree is no operation's own
[[nodiscard]] operation_settings read_settings(config_reading const& from, std::string_view name);

}  // namespace holdfast
