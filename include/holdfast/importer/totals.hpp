#pragma once

#include "holdfast/importer/ledger_mark.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace holdfast {

/// How many reasons for a rejection there can be; one more than the largest number of one.
inline constexpr std::size_t rejection_count = 64;

/// What became of the records of one run, or of several.
struct import_totals {
  std::uint64_t read = 0;
  std::uint64_t stored = 0;
  std::uint64_t duplicates = 0;  ///< those that differ included
  std::uint64_t differs = 0;
  std::uint64_t rejected = 0;
  std::array<std::uint64_t, rejection_count> reasons{};  ///< rejected, by number of the reason

  void count(fate what, rejection why) noexcept;

  /// Whether every record read ended as exactly one of stored, duplicate, rejected.
  [[nodiscard]] bool add_up() const noexcept { return read == stored + duplicates + rejected; }

  import_totals& operator+=(import_totals const& other) noexcept;
  friend bool operator==(import_totals const&, import_totals const&) = default;
};

}  // namespace holdfast
