#pragma once

#include "classify/code_table.hpp"
#include "holdfast/classify/sqlstate.hpp"

#include <cstdint>

namespace holdfast::classify_detail {

/// What a code means in the phase sent, and what it says of a COMMIT.
struct sqlstate_verdict {
  classify_detail::meaning meaning;
  commit_outcome at_commit;
  bool success;
};

/// A code with the place of its verdict.
struct sqlstate_row {
  std::uint32_t key;
  std::uint8_t verdict;
};

/// The key of no code: those of codes have 30 bits.
inline constexpr std::uint32_t no_key = 0xFFFFFFFFU;

/// A code in 30 bits, six a character, the first one highest: numbers are in the order of codes.
/// `no_key` for a text that is no SQLSTATE.
constexpr std::uint32_t packed_sqlstate(std::string_view code) noexcept {
  if (code.size() != 5) return no_key;
  std::uint32_t key = 0;
  for (char const c : code) {
    bool const allowed = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    if (!allowed) return no_key;
    key = key << 6U | static_cast<std::uint32_t>(c - '0');
  }
  return key;
}

/// The generic code of a code's class: its first two characters and 000.
constexpr std::uint32_t class_of(std::uint32_t key) noexcept { return key & ~0x3FFFFU; }

/// The same numbers as in tools/sqlstate_table.py, which fills the tables of seeds and slots.
constexpr std::size_t bucket_of(std::uint32_t key) noexcept { return (key * 0x9E3779B1U) >> 25U; }
constexpr std::size_t slot_of(std::uint32_t key, std::uint8_t seed) noexcept {
  return ((key ^ seed) * 0x85EBCA6BU) >> 23U;
}
inline constexpr std::uint16_t no_row = 0xFFFF;

}  // namespace holdfast::classify_detail
