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

/// `thousandths` / 1000 without trailing zeros.
std::string decimal(std::int64_t thousandths) {
  std::string text = std::to_string(thousandths / 1000);
  auto const rest = thousandths % 1000;
  if (rest == 0) return text;
  std::string digits = std::to_string(1000 + rest).substr(1);
  while (digits.back() == '0') digits.pop_back();
  return text + "." + digits;
}

template <class Number, std::size_t Count>
Number size_of(std::array<unit<Number>, Count> const& units, std::string_view name) {
  for (auto const& each : units) {
    if (each.name == name) return each.size;
  }
  return 0;
}

}  // namespace

std::string to_text(duration value) {
  if (is_off(value)) return "off";
  auto const count = value.count();
  if (count < 0)
    return "-" + to_text(duration{count == duration::min().count() ? duration::max().count() - 1
                                                                   : -count});
  for (auto const& each : time_units) {
    if (count < each.size) continue;
    auto const step = each.size / 1000;  // one thousandth of the unit
    if (step == 0) return std::to_string(count / each.size) + std::string{each.name};
    if (count % step == 0) return decimal(count / step) + std::string{each.name};
  }
  return count == 0 ? "0s" : std::to_string(count) + "ns";
}

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
