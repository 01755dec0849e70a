#include "holdfast/base/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace holdfast {
namespace {

template <class Number>
struct unit {
  std::string_view name;
  Number size;
};

constexpr std::array<unit<std::int64_t>, 7> time_units{{{"d", 86'400'000'000'000},
                                                        {"h", 3'600'000'000'000},
                                                        {"m", 60'000'000'000},
                                                        {"s", 1'000'000'000},
                                                        {"ms", 1'000'000},
                                                        {"us", 1'000},
                                                        {"ns", 1}}};

constexpr std::array<unit<std::uint64_t>, 7> size_units{{{"GiB", 1U << 30U},
                                                         {"GB", 1'000'000'000},
                                                         {"MiB", 1U << 20U},
                                                         {"MB", 1'000'000},
                                                         {"KiB", 1U << 10U},
                                                         {"kB", 1'000},
                                                         {"B", 1}}};

void append_number(fixed_text<32>& to, std::int64_t number) noexcept {
  std::array<char, 20> digits{};
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  to.append({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

/// `thousandths` / 1000 without trailing zeros.
void append_decimal(fixed_text<32>& to, std::int64_t thousandths) noexcept {
  append_number(to, thousandths / 1000);
  auto const rest = static_cast<int>(thousandths % 1000);
  if (rest == 0) return;
  auto const digit = [](int value) { return static_cast<char>('0' + value % 10); };
  std::array<char, 4> const places{'.', digit(rest / 100), digit(rest / 10), digit(rest)};
  std::size_t const shown = rest % 100 == 0 ? 2 : rest % 10 == 0 ? 3 : 4;
  to.append({places.data(), shown});
}

template <class Number, std::size_t Count>
Number size_of(std::array<unit<Number>, Count> const& units, std::string_view name) {
  for (auto const& each : units) {
    if (each.name == name) return each.size;
  }
  return 0;
}

}  // namespace

fixed_text<32> to_fixed_text(duration value) noexcept {
  if (is_off(value)) return "off";
  fixed_text<32> text{value < duration::zero() ? "-" : ""};
  auto const least = duration::min().count();
  std::int64_t const count = value.count() == least ? duration::max().count() - 1
                             : value.count() < 0    ? -value.count()
                                                    : value.count();
  for (auto const& each : time_units) {
    auto const step = each.size / 1000;  // one thousandth of the unit
    if (count < each.size || (step > 0 && count % step != 0)) continue;
    if (step > 0) {
      append_decimal(text, count / step);
    } else {
      append_number(text, count / each.size);
    }
    return text.append(each.name);
  }
  return text.append("0s");
}

std::string to_text(duration value) { return std::string{to_fixed_text(value).view()}; }

std::string to_text(byte_count value) {
  for (auto const& each : size_units) {
    if (value.value != 0 && value.value % each.size == 0) {
      return std::to_string(value.value / each.size) + std::string{each.name};
    }
  }
  return "0B";
}

std::optional<duration> parse_duration(std::string_view text) {
  if (text == "off") return duration{off};
  double number = 0;
  auto const [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc{} || !(number >= 0)) return std::nullopt;
  auto const unit_size =
      size_of(time_units, text.substr(static_cast<std::size_t>(end - text.data())));
  if (unit_size == 0) return std::nullopt;
  double const total = std::round(number * static_cast<double>(unit_size));
  // Strictly below the largest count, which means "off".
  if (!(total < static_cast<double>(std::numeric_limits<std::int64_t>::max()))) return std::nullopt;
  return duration{static_cast<std::int64_t>(total)};
}

std::optional<byte_count> parse_bytes(std::string_view text) {
  std::uint64_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  auto const unit_size =
      size_of(size_units, text.substr(static_cast<std::size_t>(end - text.data())));
  if (unit_size == 0 || number > std::numeric_limits<std::uint64_t>::max() / unit_size)
    return std::nullopt;
  return byte_count{number * unit_size};
}

}  // namespace holdfast
