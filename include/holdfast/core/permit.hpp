#pragma once

#include <cstdint>

namespace holdfast::core {

/// Admission of one call by a breaker. The generation tells results of an earlier state from those
/// of this one; a late result changes nothing.
struct permit {
  std::uint64_t generation = 0;
  std::uint32_t probe_place = no_place;  ///< which probe it is, in half_open
  std::uint32_t probe_serial = 0;        ///< tells the probe from an earlier one in its place

  static constexpr std::uint32_t no_place = 0xFFFFFFFFU;
};

}  // namespace holdfast::core
