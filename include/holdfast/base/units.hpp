#pragma once

#include "holdfast/base/fixed_text.hpp"
#include "holdfast/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// A number of bytes, so that sizes in files must carry a unit.
struct byte_count {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(byte_count, byte_count) = default;
};

constexpr byte_count operator""_KiB(unsigned long long n) { return {n * 1024}; }
constexpr byte_count operator""_MiB(unsigned long long n) { return {n * 1024 * 1024}; }
constexpr byte_count operator""_GiB(unsigned long long n) { return {n * 1024 * 1024 * 1024}; }

/// "250ms", "1.5s", "2m", "7d" or "off"; the largest unit that leaves at most three decimals.
[[nodiscard]] std::string to_text(duration value);
/// The same without the heap; none needs more than 32 bytes.
[[nodiscard]] fixed_text<32> to_fixed_text(duration value) noexcept;

/// "16MiB", "1500B": the largest unit that divides the value.
[[nodiscard]] std::string to_text(byte_count value);

/// Reads a duration: a number (a decimal point is allowed) and one of ns, us, ms, s, m, h, d; or
/// "off". Nothing where the unit is missing or unknown, the value negative or beyond 292 years.
[[nodiscard]] std::optional<duration> parse_duration(std::string_view text);

/// Reads a size: a whole number and one of B, KiB, MiB, GiB (1024 each), kB, MB, GB (1000 each).
[[nodiscard]] std::optional<byte_count> parse_bytes(std::string_view text);

}  // namespace holdfast
