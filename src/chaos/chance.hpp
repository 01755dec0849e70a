#pragma once

#include "holdfast/base/random.hpp"

#include <cstdint>

namespace holdfast {

/// Whether something with this share of all cases happens now. Without a share nothing is drawn.
inline bool strikes(double share, random_bits& random) {
  return share > 0 && random.uniform() < share;
}

/// Uniform in [0, count); the bias of the remainder is below 2^-20 for any count here.
inline std::uint64_t below(std::uint64_t count, random_bits& random) { return random() % count; }

}  // namespace holdfast
