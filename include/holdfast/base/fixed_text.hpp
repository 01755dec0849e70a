#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace holdfast {

/// Text of at most `Capacity` bytes inside the object: no heap, trivially copyable. What is longer
/// is cut, never in the middle of a UTF-8 sequence.
template <std::size_t Capacity>
class fixed_text {
  static_assert(Capacity < 256, "the length is kept in one byte");

 public:
  constexpr fixed_text() noexcept = default;
  constexpr fixed_text(std::string_view text) noexcept { append(text); }
  constexpr fixed_text(char const* text) noexcept { append(text); }

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

  std::array<char, Capacity> bytes_{};
  std::uint8_t size_ = 0;
  bool cut_ = false;
};

}  // namespace holdfast
