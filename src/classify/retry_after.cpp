#include "holdfast/classify/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace holdfast {
namespace {

/// Reads a text from its front. Once something did not match, nothing matches any more.
class reader {
 public:
  explicit reader(std::string_view text) : rest_{text} {}

  reader& literal(std::string_view expected) {
    if (rest_.starts_with(expected)) {
      rest_.remove_prefix(expected.size());
    } else {
      good_ = false;
    }
    return *this;
  }

  /// Exactly `digits` decimal digits.
  int number(std::size_t digits) {
    int value = 0;
    if (rest_.size() < digits) good_ = false;
    for (std::size_t i = 0; good_ && i < digits; ++i) {
      good_ = rest_[i] >= '0' && rest_[i] <= '9';
      value = value * 10 + (rest_[i] - '0');
    }
    if (good_) rest_.remove_prefix(digits);
    return value;
  }

  /// The place of the one name that the text begins with.
  template <std::size_t Size>
  unsigned one_of(std::array<std::string_view, Size> const& names) {
    auto const at = std::ranges::find_if(names, [&](auto name) { return rest_.starts_with(name); });
    if (at == names.end()) {
      good_ = false;
      return 0;
    }
    rest_.remove_prefix(at->size());
    return static_cast<unsigned>(at - names.begin());
  }

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return good_ && rest_.empty(); }
  [[nodiscard]] bool next_is(char c) const { return rest_.starts_with(c); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

constexpr std::array<std::string_view, 7> short_days{"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> long_days{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct civil_time {
  int year = 0;
  unsigned month = 0;  // from 1
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

void read_clock(reader& from, civil_time& into) {
  into.hour = from.number(2);
  into.minute = from.literal(":").number(2);
  into.second = from.literal(":").number(2);
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<civil_time> read_imf_fixdate(std::string_view text) {
  reader from{text};
  civil_time read;
  from.one_of(short_days);
  read.day = from.literal(", ").number(2);
  read.month = from.literal(" ").one_of(months) + 1;
  read.year = from.literal(" ").number(4);
  read_clock(from.literal(" "), read);
  return from.literal(" GMT").at_end() ? std::optional{read} : std::nullopt;
}

// A two-digit year that seems to lie more than 50 years ahead is one of the past (RFC 9110).
int full_year(int two_digits, std::int64_t now) {
  using namespace std::chrono;
  int const this_year =
      static_cast<int>(year_month_day{floor<days>(sys_seconds{seconds{now}})}.year());
  int const guess = this_year - this_year % 100 + two_digits;
  return guess > this_year + 50 ? guess - 100 : guess;
}

// "Sunday, 06-Nov-94 08:49:37 GMT"
std::optional<civil_time> read_rfc850(std::string_view text, std::int64_t now) {
  reader from{text};
  civil_time read;
  from.one_of(long_days);
  read.day = from.literal(", ").number(2);
  read.month = from.literal("-").one_of(months) + 1;
  read.year = full_year(from.literal("-").number(2), now);
  read_clock(from.literal(" "), read);
  return from.literal(" GMT").at_end() ? std::optional{read} : std::nullopt;
}

// "Sun Nov  6 08:49:37 1994"
std::optional<civil_time> read_asctime(std::string_view text) {
  reader from{text};
  civil_time read;
  from.one_of(short_days);
  read.month = from.literal(" ").one_of(months) + 1;
  from.literal(" ");
  read.day = from.next_is(' ') ? from.literal(" ").number(1) : from.number(2);
  read_clock(from.literal(" "), read);
  read.year = from.literal(" ").number(4);
  return from.at_end() ? std::optional{read} : std::nullopt;
}

std::optional<std::int64_t> seconds_since_1970(civil_time const& read) {
  using namespace std::chrono;
  year_month_day const date{year{read.year}, month{read.month},
                            day{static_cast<unsigned>(read.day)}};
  bool const clock_ok = read.hour < 24 && read.minute < 60 && read.second <= 60;
  if (!date.ok() || !clock_ok) return std::nullopt;
  sys_seconds const at =
      sys_days{date} + hours{read.hour} + minutes{read.minute} + seconds{read.second};
  return at.time_since_epoch().count();
}

std::optional<duration> wait_until(std::string_view date, std::int64_t now) {
  auto read = read_imf_fixdate(date);
  if (!read) read = read_rfc850(date, now);
  if (!read) read = read_asctime(date);
  if (!read) return std::nullopt;
  auto const at = seconds_since_1970(*read);
  if (!at || *at < now) return std::nullopt;
  std::int64_t const most = std::chrono::floor<std::chrono::seconds>(longest_retry_after).count();
  return std::chrono::seconds{std::min(*at - now, most)};
}

bool only_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::optional<duration> parse_retry_after(std::string_view value, std::int64_t now) {
  value = trimmed(value);
  if (!only_digits(value)) return wait_until(value, now);
  std::int64_t const most = std::chrono::floor<std::chrono::seconds>(longest_retry_after).count();
  std::int64_t read = 0;
  auto const parsed = std::from_chars(value.data(), value.data() + value.size(), read);
  if (parsed.ec != std::errc{}) read = most;  // digits alone: only too many can go wrong
  return std::chrono::seconds{std::min(read, most)};
}

}  // namespace holdfast
