#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace holdfast::postgres {

/// One value bound to a statement, or NULL: never pasted into SQL, so that no text can end it.
///
/// Texts and bytes are borrowed for the call; numbers are written into the parameter itself. The
/// server reads it as the type that it infers from the statement; where it can't, say it there:
/// `$1::int`.
class parameter {
 public:
  /// NULL.
  parameter(std::nullopt_t /*null*/) noexcept {}
  /// UTF-8. A NUL within makes the statement fail before it is sent: PostgreSQL has none in texts.
  parameter(std::string_view text) noexcept : data_{text.data()}, size_{text.size()} {}
  parameter(std::string const& text) noexcept : parameter{std::string_view{text}} {}
  parameter(char const* text) noexcept : parameter{std::string_view{text}} {}
  parameter(std::nullptr_t) = delete;  // NULL is std::nullopt
  /// For bytea.
  parameter(std::span<std::byte const> bytes) noexcept;
  /// Of a bool alone: a pointer would become one in silence.
  template <std::same_as<bool> Truth>
  parameter(Truth value) noexcept : parameter{std::string_view{value ? "t" : "f"}} {}
  /// Whole, in the shortest text that reads back as the same number; also NaN and infinities.
  template <std::floating_point Number>
    requires(!std::same_as<Number, long double>)
  parameter(Number value) noexcept {
    write(static_cast<double>(value));
  }
  template <std::integral Number>
    requires(!std::same_as<Number, bool> && !std::same_as<Number, char>)
  parameter(Number value) noexcept {
    if constexpr (std::signed_integral<Number>) {
      write(static_cast<std::int64_t>(value));
    } else {
      write(static_cast<std::uint64_t>(value));
    }
  }
  /// NULL where there is none.
  template <std::convertible_to<parameter> Value>
  parameter(std::optional<Value> const& value) noexcept {
    if (value) *this = parameter{*value};
  }

  [[nodiscard]] bool is_null() const noexcept { return size_ == null_size; }
  [[nodiscard]] bool is_binary() const noexcept { return binary_; }
  /// The value as it is sent; empty for NULL.
  [[nodiscard]] std::string_view view() const noexcept;

 private:
  static constexpr std::size_t null_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t longest_number = 32;

  void write(double value) noexcept;
  void write(std::int64_t value) noexcept;
  void write(std::uint64_t value) noexcept;

  char const* data_ = nullptr;  // null where the value is in `number_`, or NULL
  std::size_t size_ = null_size;
  bool binary_ = false;
  std::array<char, longest_number> number_;
};

}  // namespace holdfast::postgres
