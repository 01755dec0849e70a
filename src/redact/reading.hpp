#pragma once

#include <cstddef>
#include <string_view>

namespace holdfast::redact_detail {

// Logs quote logs: what is read here may be written plainly, as `\u003d` inside JSON, as `%3D`
// inside a URL, or as `%253D` inside a URL inside a URL. A text is therefore read by symbols, and
// whoever reads says how many layers of percent-encoding to take off: those in which the separator
// before was written. So in `password=a%20b` the `%20` belongs to the value, and in
// `password%3Da%20b` it ends it.

/// One character as it was meant.
struct symbol {
  char value = '\0';
  unsigned length = 0;  ///< bytes in the text; 0 at its end
  int layers = 0;       ///< of percent-encoding that were taken off

  explicit operator bool() const noexcept { return length > 0; }
};

inline constexpr int most_layers = 2;

/// The symbol at `at`, which begins with `%`, `+` or a backslash.
[[nodiscard]] symbol read_coded_symbol(std::string_view text, std::size_t at, int layers) noexcept;

/// The symbol at `at`. A backslash before anything but `u00XX` and `/` stays a symbol of its own.
/// Reads at most 10 bytes.
[[nodiscard]] inline symbol read_symbol(std::string_view text, std::size_t at,
                                        int layers) noexcept {
  if (at >= text.size()) return {};
  char const c = text[at];
  if (c == '%' || c == '+' || c == '\\') [[unlikely]]
    return read_coded_symbol(text, at, layers);
  return {c, 1, 0};
}

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool is_letter(char c) noexcept { return is_upper(c) || is_lower(c); }
[[nodiscard]] constexpr bool is_alnum(char c) noexcept { return is_letter(c) || is_digit(c); }
[[nodiscard]] constexpr bool is_hex(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
[[nodiscard]] constexpr bool is_quote(char c) noexcept { return c == '"' || c == '\'' || c == '`'; }
/// White space and the other controls.
[[nodiscard]] constexpr bool is_space(char c) noexcept {
  return static_cast<unsigned char>(c) <= ' ' || c == '\x7F';
}
[[nodiscard]] constexpr char to_lower(char c) noexcept {
  return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
}
/// Whether a word goes on with `c`: letters, digits, `_`, and the bytes of other scripts.
[[nodiscard]] constexpr bool is_word(char c) noexcept {
  return is_alnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// The symbol that ends right before `at`: also the white space that `%20`, `%2520`, `\n` or
/// `\u0020` stands for. Empty at the beginning of the text.
[[nodiscard]] symbol symbol_before(std::string_view text, std::size_t at) noexcept;

/// Whether `text` equals `lower`, which has no capital letters, in any case of letters.
[[nodiscard]] bool equals_folded(std::string_view text, std::string_view lower) noexcept;

/// Whether a word may begin at `at`: no word ends right before it. The digits of `%20`, and the
/// `n` of `\n`, belong to no word. Looks at no more than 6 bytes.
[[nodiscard]] bool word_may_begin(std::string_view text, std::size_t at) noexcept;

/// Where the first symbol at or after `at` is that is no white space; at most 256 bytes further.
[[nodiscard]] std::size_t skip_spaces(std::string_view text, std::size_t at, int layers) noexcept;

}  // namespace holdfast::redact_detail
