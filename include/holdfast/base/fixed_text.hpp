#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

namespace holdfast {

/// Text of at most `Capacity` bytes inside the object: no heap, trivially copyable. What is longer
/// is cut, never in the middle of a UTF-8 sequence.
template <std::size_t Capacity>
class fixed_text {
  static_assert(Capacity < 256, "the length is kept in one byte");

 public:
  constexpr fixed_text() noexcept { clear(); }
  constexpr fixed_text(std::string_view text) noexcept : fixed_text{} { append(text); }
  constexpr fixed_text(char const* text) noexcept : fixed_text{std::string_view{text}} {}

  /// Adds as much of `text` as fits; once something was cut nothing more is added.
  constexpr fixed_text& append(std::string_view text) noexcept {
    if (cut_) return *this;
    std::size_t fits = Capacity - size_;
    if (text.size() > fits) {
      while (fits > 0 && is_continuation(text[fits])) --fits;
      text = text.substr(0, fits);
      cut_ = true;
    }
    std::copy_n(text.data(), text.size(), bytes_.data() + size_);
    size_ = static_cast<std::uint8_t>(size_ + text.size());
    return *this;
  }

  [[nodiscard]] constexpr std::string_view view() const noexcept { return {bytes_.data(), size_}; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr operator std::string_view() const noexcept { return view(); }

  friend constexpr bool operator==(fixed_text const& a, fixed_text const& b) noexcept {
    return a.view() == b.view();
  }
  friend constexpr bool operator==(fixed_text const& a, std::string_view b) noexcept {
    return a.view() == b;
  }
  friend constexpr bool operator==(fixed_text const& a, char const* b) noexcept {
    return a.view() == b;
  }

 private:
  static constexpr bool is_continuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
  }

  /// Fills the bytes with zeros, in blocks that GCC clears by plain stores: for more than 96 bytes
  /// at once it takes `rep stos`, which costs more than all else that makes a failure.
  constexpr void clear() noexcept {
    if (std::is_constant_evaluated()) {
      bytes_.fill('\0');
    } else {
      clear_blocks(std::make_index_sequence<(Capacity + block - 1) / block>{});
    }
  }

  template <std::size_t... At>
  void clear_blocks(std::index_sequence<At...>) noexcept {
    (std::memset(bytes_.data() + At * block, 0, std::min(block, Capacity - At * block)), ...);
  }

  static constexpr std::size_t block = 64;

  std::array<char, Capacity> bytes_;
  std::uint8_t size_ = 0;
  bool cut_ = false;
};

}  // namespace holdfast
