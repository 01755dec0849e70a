#pragma once

#include <cstdint>
#include <string_view>

namespace holdfast {

/// A 64-bit hash of bytes, the same on every machine and in every version: ledgers keep it for
/// years. Not for secrets: who chooses the bytes can make two that agree.
///
/// Cost: about 0.3 ns a byte, no allocation. Source: Wang Yi, "wyhash" (the 64 x 64 to 128 bit
/// multiply-and-fold of its final version); this is a simpler chain of the same step, 16 bytes at a
/// time, and its values are not those of wyhash.
[[nodiscard]] std::uint64_t fingerprint_of(std::string_view bytes) noexcept;

}  // namespace holdfast
