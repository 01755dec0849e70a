#pragma once

#include <cstdint>
#include <limits>

namespace holdfast {

/// A stream of random bits in 8 bytes, passed in wherever chance decides: the same seed gives the
/// same decisions, so a test of jitter is an equality.
///
/// Not for secrets. Cost: about a nanosecond a draw. Source: Steele, Lea, Flood, "Fast Splittable
/// Pseudorandom Number Generators", OOPSLA 2014 (SplitMix64).
class random_bits {
 public:
  using result_type = std::uint64_t;

  constexpr explicit random_bits(std::uint64_t seed) noexcept : state_{seed} {}

  constexpr std::uint64_t operator()() noexcept {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t bits = state_;
    bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
    bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
    return bits ^ (bits >> 31U);
  }

  /// Uniform in [0, 1), a multiple of 2^-53.
  constexpr double uniform() noexcept {
    // Signed, since a processor without AVX-512 converts unsigned numbers by a detour.
    return static_cast<double>(static_cast<std::int64_t>((*this)() >> 11U)) * 0x1.0p-53;
  }

  /// A stream of its own for one call. Copying a generator would hand every copy the same draws.
  constexpr random_bits split() noexcept { return random_bits{(*this)()}; }

  /// Stream `number` of those that belong to a seed. The seed is mixed before the number is added;
  /// in a plain sum, the streams of neighbouring seeds would be the same ones, shifted by one.
  [[nodiscard]] static constexpr random_bits stream(std::uint64_t seed,
                                                    std::uint64_t number) noexcept {
    return random_bits{random_bits{seed}() + number}.split();
  }

  /// All there is to a stream: a generator made from it continues there.
  [[nodiscard]] constexpr std::uint64_t state() const noexcept { return state_; }

  static constexpr std::uint64_t min() noexcept { return 0; }
  static constexpr std::uint64_t max() noexcept {
    return std::numeric_limits<std::uint64_t>::max();
  }

 private:
  std::uint64_t state_;
};

}  // namespace holdfast
