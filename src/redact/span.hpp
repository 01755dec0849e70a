#pragma once

#include <cstddef>

namespace holdfast::redact_detail {

inline constexpr std::size_t no_place = static_cast<std::size_t>(-1);

/// Bytes [begin, end) of a text that are taken out of it.
struct span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

}  // namespace holdfast::redact_detail
