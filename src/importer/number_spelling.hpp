#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast {

/// The spellings in which a number prints again exactly as it was read.

/// The integer of which `text` is the one canonical spelling: "0", "7", "-3", within 64 bits.
[[nodiscard]] std::optional<std::int64_t> canonical_integer(std::string_view text) noexcept;

/// Whether a JSON number is a whole one beyond 64 bits. -0 is none: as a double it keeps its sign.
[[nodiscard]] bool is_long_integer(std::string_view json_number) noexcept;

/// Whether `text` is what `write_real` writes for the double that it reads as.
[[nodiscard]] bool is_canonical_real(std::string_view text) noexcept;

/// The finite double that a decimal number reads as; nothing if it is no such number as a whole,
/// too large, or so small that nothing would be left of it.
[[nodiscard]] std::optional<double> finite_real(std::string_view text) noexcept;

/// Writes a finite double in the shortest form that reads back as the same double, laid out as
/// Python's repr does: "1.0", "-0.77", "1e-05", "9.1e+69".
[[nodiscard]] std::string_view write_real(double number, std::array<char, 32>& room) noexcept;

}  // namespace holdfast
