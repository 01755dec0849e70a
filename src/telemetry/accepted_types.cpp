#include "telemetry/accepted_types.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace holdfast {
namespace {

[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view blank = " \t";
  auto const first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// Takes what stands before the next `mark` off the text.
[[nodiscard]] std::string_view take_until(std::string_view& text, char mark) noexcept {
  auto const end = std::min(text.find(mark), text.size());
  std::string_view const part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trimmed(part);
}

[[nodiscard]] bool same_word(std::string_view one, std::string_view other) noexcept {
  auto const lower = [](char each) {
    return each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
  };
  return std::ranges::equal(one, other, {}, lower, lower);
}

/// 1 where the parameters name no weight that can be read.
[[nodiscard]] double weight_among(std::string_view parameters) noexcept {
  double weight = 1;
  while (!parameters.empty()) {
    std::string_view value = take_until(parameters, ';');
    std::string_view const name = take_until(value, '=');
    if (!same_word(name, "q")) continue;
    double read = 1;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), read);
    bool const whole = error == std::errc{} && end == value.data() + value.size();
    if (whole && read >= 0 && read <= 1) weight = read;
  }
  return weight;
}

/// How exactly a range of media types names one: 0 where it does not.
[[nodiscard]] int exactness(std::string_view range, std::string_view type,
                            std::string_view subtype) noexcept {
  std::string_view const of_type = take_until(range, '/');
  if (same_word(of_type, type) && same_word(trimmed(range), subtype)) return 3;
  if (same_word(of_type, type) && trimmed(range) == "*") return 2;
  return of_type == "*" && trimmed(range) == "*" ? 1 : 0;
}

}  // namespace

double preference_for(std::string_view accept, std::string_view type,
                      std::string_view subtype) noexcept {
  if (trimmed(accept).empty()) return 1;
  std::pair<int, double> best{0, 0};
  while (!accept.empty()) {
    std::string_view parameters = take_until(accept, ',');
    std::string_view const range = take_until(parameters, ';');
    int const how = exactness(range, type, subtype);
    if (how > 0) best = std::max(best, {how, weight_among(parameters)});
  }
  return best.second;
}

}  // namespace holdfast
