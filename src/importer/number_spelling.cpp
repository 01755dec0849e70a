#include "number_spelling.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace holdfast {
namespace {

constexpr std::size_t longest_real = 24;  // "-2.2250738585072014e-308"
constexpr std::size_t exact_digits = 15;  // so many decimal digits survive a double

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

std::string_view without_sign(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return text;
}

bool has_leading_zero(std::string_view digits) { return digits.size() > 1 && digits[0] == '0'; }

/// A plain decimal fraction, "12.5", split at its point.
struct fraction {
  std::string_view whole;
  std::string_view rest;
};

std::optional<fraction> as_fraction(std::string_view unsigned_text) {
  std::size_t const point = unsigned_text.find('.');
  if (point == unsigned_text.npos) return std::nullopt;
  fraction const split{unsigned_text.substr(0, point), unsigned_text.substr(point + 1)};
  bool const complete = !split.whole.empty() && !split.rest.empty();
  if (!complete || !all_digits(split.whole) || !all_digits(split.rest)) return std::nullopt;
  return split;
}

/// Whether a fraction of at most `exact_digits` digits is written in the canonical way. No two
/// decimals of so few digits share a double, so that only the layout can be wrong.
bool is_canonical(fraction const& split) {
  if (has_leading_zero(split.whole)) return false;
  if (split.rest.size() > 1 && split.rest.back() == '0') return false;
  // Below 0.0001 the canonical form has an exponent.
  return split.whole != "0" || split.rest == "0" || !split.rest.starts_with("0000");
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
  std::string_view const digits = without_sign(text);
  if (digits.empty() || digits.size() > 19 || !all_digits(digits)) return std::nullopt;
  if (has_leading_zero(digits) || text == "-0") return std::nullopt;
  std::int64_t number = 0;
  auto const error = std::from_chars(text.data(), text.data() + text.size(), number).ec;
  if (error != std::errc{}) return std::nullopt;
  return number;
}

bool is_canonical_real(std::string_view text) noexcept {
  std::string_view const digits = without_sign(text);
  if (digits.empty() || text.size() > longest_real || !is_digit(digits[0])) return false;
  if (auto const split = as_fraction(digits)) {
    if (digits.size() - 1 <= exact_digits) return is_canonical(*split);
  } else if (digits.find('e') == digits.npos) {
    return false;
  }
  auto const number = finite_real(text);
  std::array<char, 32> room{};
  return number && write_real(*number, room) == text;
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
