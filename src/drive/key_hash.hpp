#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace holdfast {

/// A hash of a key under a secret seed: who can't see the seed can't choose keys that collide.
/// Cost: a multiplication for each eight bytes. Source of the mixing: Wang Yi, wyhash (2019).
class key_hash {
 public:
  explicit constexpr key_hash(std::uint64_t seed) noexcept : seed_{seed} {}

  [[nodiscard]] std::uint32_t operator()(std::string_view key) const noexcept {
    std::uint64_t mixed = seed_ ^ key.size();
    std::string_view rest = key;
    for (; rest.size() > 8; rest.remove_prefix(8)) mixed = mix(mixed ^ word_of(rest), first_odd);
    mixed = mix(mixed ^ word_of(rest), second_odd);
    return static_cast<std::uint32_t>(mixed ^ (mixed >> 32U));
  }

 private:
  static constexpr std::uint64_t first_odd = 0x9E3779B97F4A7C15U;
  static constexpr std::uint64_t second_odd = 0xD6E8FEB86659FD93U;

  /// The first eight bytes, or those that there are; which ones, the length that is mixed in tells.
  [[nodiscard]] static std::uint64_t word_of(std::string_view text) noexcept {
    if (text.size() >= 8) return load<std::uint64_t>(text.data());
    if (text.size() >= 4) {
      std::uint64_t const first = load<std::uint32_t>(text.data());
      return (first << 32U) | load<std::uint32_t>(text.data() + text.size() - 4);
    }
    std::uint64_t word = 0;
    for (char const each : text) word = (word << 8U) | static_cast<unsigned char>(each);
    return word;
  }
  template <class Word>
  [[nodiscard]] static Word load(char const* from) noexcept {
    Word word;
    std::memcpy(&word, from, sizeof word);
    return word;
  }
  /// Both halves of the product, so that every bit reaches every other.
  [[nodiscard]] static std::uint64_t mix(std::uint64_t one, std::uint64_t other) noexcept {
    __extension__ using wide = unsigned __int128;
    wide const product = wide{one} * other;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
  }

  std::uint64_t seed_;
};

}  // namespace holdfast
