#include "holdfast/importer/fingerprint.hpp"

#include <array>
#include <cstddef>

namespace holdfast {
namespace {

constexpr std::uint64_t seed = 0xA0761D6478BD642FU;
constexpr std::uint64_t second = 0xE7037ED1A0B428DBU;
constexpr std::uint64_t third = 0x8EBC6AF09C88C6E3U;

/// Multiplies to 128 bits and folds the halves: every bit of the answer depends on every bit of
/// both.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using wide = unsigned __int128;
  wide const product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

/// Eight bytes, least significant first on every machine.
std::uint64_t word_at(char const* bytes) noexcept {
  std::uint64_t word = 0;
  for (unsigned i = 0; i < 8; ++i) {
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return word;
}

}  // namespace

std::uint64_t fingerprint_of(std::string_view bytes) noexcept {
  std::uint64_t state = seed ^ fold(bytes.size() ^ second, third);
  while (bytes.size() > 16) {
    state = fold(word_at(bytes.data()) ^ second, word_at(bytes.data() + 8) ^ state);
    bytes.remove_prefix(16);
  }
  std::array<char, 16> last{};
  for (std::size_t i = 0; i < bytes.size(); ++i) last[i] = bytes[i];
  state = fold(word_at(last.data()) ^ second, word_at(last.data() + 8) ^ state);
  return fold(state ^ seed, third);
}

}  // namespace holdfast
