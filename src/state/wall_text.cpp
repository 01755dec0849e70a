#include "holdfast/state/wall_text.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <system_error>

namespace holdfast {
namespace {

namespace chrono = std::chrono;

constexpr std::string_view form = "0000-00-00T00:00:00Z";
constexpr int first_year = 1970;
constexpr int last_year = 2261;  // the end of nanoseconds in 64 bits is in 2262

/// Whether digits stand where the form has digits, and its other characters where it has those.
bool has_the_form(std::string_view text) {
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    bool const is_digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !is_digit : text[i] != form[i]) return false;
  }
  return true;
}

int number_at(std::string_view text, std::size_t begin, std::size_t length) {
  int number = 0;
  std::from_chars(text.data() + begin, text.data() + begin + length, number);
  return number;
}

}  // namespace

std::string utc_text(wall_time at) {
  auto const second = chrono::floor<chrono::seconds>(at);
  auto const day = chrono::floor<chrono::days>(second);
  chrono::year_month_day const date{day};
  chrono::hh_mm_ss const time{second - day};
  std::array<char, 64> text{};
  int const length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string utc_text_to_milliseconds(wall_time at) {
  auto const whole = chrono::floor<chrono::seconds>(at);
  auto const rest = chrono::floor<chrono::milliseconds>(at - whole).count();
  std::string text = utc_text(at);
  text.pop_back();  // the Z
  std::array<char, 24> fraction{};
  int const length =
      std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(rest));
  return text.append(fraction.data(), static_cast<std::size_t>(length));
}

std::optional<wall_time> parse_utc(std::string_view text) {
  if (!has_the_form(text)) return std::nullopt;
  int const year = number_at(text, 0, 4);
  chrono::year_month_day const date{chrono::year{year},
                                    chrono::month{static_cast<unsigned>(number_at(text, 5, 2))},
                                    chrono::day{static_cast<unsigned>(number_at(text, 8, 2))}};
  int const hour = number_at(text, 11, 2);
  int const minute = number_at(text, 14, 2);
  int const second = number_at(text, 17, 2);
  if (year < first_year || year > last_year || !date.ok()) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return chrono::sys_days{date} + chrono::hours{hour} + chrono::minutes{minute} +
         chrono::seconds{second};
}

}  // namespace holdfast
