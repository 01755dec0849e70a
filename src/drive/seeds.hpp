#pragma once

#include "holdfast/drive/operation.hpp"

#include <cstdint>

namespace holdfast {

/// The seed that was given, or one that differs with each call, as far as it depends on chance.
/// Thread-safe. Cost: the system is asked once a process.
[[nodiscard]] std::uint64_t seed_of(surroundings const& given);

}  // namespace holdfast
