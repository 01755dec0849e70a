#include "number_spelling.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>

namespace holdfast {
namespace {

constexpr std::size_t longest_real = 24;  // "-2.2250738585072014e-308"
constexpr std::size_t exact_digits = 15;  // so many decimal digits survive a double

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// How many digits stand at the beginning.
std::size_t leading_digits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

/// Whether "12.5", split at its point and of at most `exact_digits` digits, is written in the
/// canonical way. No two decimals of so few digits share a double, so only the layout can be wrong.
bool is_canonical_fraction(std::string_view whole, std::string_view rest) {
  if (whole.size() > 1 && whole[0] == '0') return false;
  if (rest.size() > 1 && rest.back() == '0') return false;
  // Below 0.0001 the canonical form has an exponent.
  return whole != "0" || rest == "0" || !rest.starts_with("0000");
}

/// A double in scientific form, taken apart.
struct decimal {
  bool negative;
  std::string_view digits;  // without the point
  int exponent;             // of the first digit
};

decimal take_apart(double number, std::array<char, 32>& room) {
  auto const end =
      std::to_chars(room.data(), room.data() + room.size(), number, std::chars_format::scientific)
          .ptr;
  char* const first = room.data() + (room[0] == '-' ? 1 : 0);
  char* const e = std::find(first, end, 'e');
  int exponent = 0;
  std::from_chars(e[1] == '+' ? e + 2 : e + 1, end, exponent);
  char* digits_end = e;
  if (first + 1 < e) digits_end = std::copy(first + 2, e, first + 1);  // closes the point's gap
  return {room[0] == '-', {first, static_cast<std::size_t>(digits_end - first)}, exponent};
}

/// Appends to a buffer that is known to suffice.
class writer {
 public:
  explicit writer(std::array<char, 32>& room) : room_{room} {}
  void add(std::string_view text) {
    std::copy(text.begin(), text.end(), room_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += text.size();
  }
  void zeros(std::size_t count) {
    while (count-- > 0) add("0");
  }
  [[nodiscard]] std::string_view text() const { return {room_.data(), size_}; }

 private:
  std::array<char, 32>& room_;
  std::size_t size_ = 0;
};

void write_scientific(writer& to, decimal const& parts) {
  to.add(parts.digits.substr(0, 1));
  if (parts.digits.size() > 1) {
    to.add(".");
    to.add(parts.digits.substr(1));
  }
  int const size = std::abs(parts.exponent);
  to.add(parts.exponent < 0 ? "e-" : "e+");
  if (size < 10) to.add("0");
  std::array<char, 4> room{};
  to.add({room.data(), std::to_chars(room.data(), room.data() + room.size(), size).ptr});
}

void write_fixed(writer& to, decimal const& parts) {
  if (parts.exponent < 0) {
    to.add("0.");
    to.zeros(static_cast<std::size_t>(-parts.exponent) - 1);
    return to.add(parts.digits);
  }
  auto const whole = static_cast<std::size_t>(parts.exponent) + 1;
  if (parts.digits.size() <= whole) {
    to.add(parts.digits);
    to.zeros(whole - parts.digits.size());
    return to.add(".0");
  }
  to.add(parts.digits.substr(0, whole));
  to.add(".");
  to.add(parts.digits.substr(whole));
}

}  // namespace

std::optional<std::int64_t> canonical_integer(std::string_view text) noexcept {
  bool const negative = text.starts_with('-');
  std::string_view const digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || digits.size() > 19) return std::nullopt;
  if (digits[0] == '0' && (negative || digits.size() > 1)) return std::nullopt;
  std::uint64_t size = 0;  // 19 digits fit
  for (char const c : digits) {
    if (!is_digit(c)) return std::nullopt;
    size = size * 10 + static_cast<std::uint64_t>(c - '0');
  }
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (size > most + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - size : size);
}

bool is_canonical_real(std::string_view text) noexcept {
  if (text.size() > longest_real) return false;
  std::string_view const digits = text.substr(text.starts_with('-') ? 1 : 0);
  std::size_t const whole = leading_digits(digits);
  if (whole == 0 || whole == digits.size()) return false;
  if (digits[whole] == '.') {
    std::string_view const rest = digits.substr(whole + 1);
    bool const plain = !rest.empty() && leading_digits(rest) == rest.size();
    if (plain && digits.size() - 1 <= exact_digits) {
      return is_canonical_fraction(digits.substr(0, whole), rest);
    }
  } else if (digits[whole] != 'e') {
    return false;
  }
  auto const number = finite_real(text);
  std::array<char, 32> room{};
  return number && write_real(*number, room) == text;
}

bool is_long_integer(std::string_view json_number) noexcept {
  bool const whole = json_number.find_first_of(".eE") == json_number.npos;
  return whole && json_number != "-0" && !canonical_integer(json_number);
}

std::optional<double> finite_real(std::string_view text) noexcept {
  double number = 0;
  auto const* const last = text.data() + text.size();
  auto const [end, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc{} || end != last || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::string_view write_real(double number, std::array<char, 32>& room) noexcept {
  std::array<char, 32> scratch{};
  decimal const parts = take_apart(number, scratch);
  writer to{room};
  if (parts.negative) to.add("-");
  bool const fixed = parts.exponent >= -4 && parts.exponent < 16;
  fixed ? write_fixed(to, parts) : write_scientific(to, parts);
  return to.text();
}

}  // namespace holdfast
