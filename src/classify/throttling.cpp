#include "holdfast/classify/throttling.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace holdfast {
namespace {

constexpr int most_percent = 1000;

struct colour {
  std::string_view name;
  throttle_level level;
};
constexpr std::array<colour, 4> colours{{{"Green", throttle_level::green},
                                         {"Yellow", throttle_level::yellow},
                                         {"Red", throttle_level::red},
                                         {"Black", throttle_level::black}}};

/// What follows "(" as a number before "%)"; 0 where there is none.
int percent_in(std::string_view part) {
  auto const open = part.find('(');
  if (open == std::string_view::npos) return 0;
  std::string_view const rest = part.substr(open + 1);
  int read = 0;
  auto const [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), read);
  bool const good =
      error == std::errc{} && std::string_view{end, rest.data() + rest.size()}.starts_with("%)");
  return good ? std::clamp(read, 0, most_percent) : 0;
}

/// "Request Count status: Green (0%)".
std::optional<throttling> read_part(std::string_view part) {
  constexpr std::string_view before = "status: ";
  auto const at = part.find(before);
  if (at == std::string_view::npos) return std::nullopt;
  part.remove_prefix(at + before.size());
  for (colour const& each : colours) {
    if (part.starts_with(each.name)) return throttling{each.level, percent_in(part)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<throttling> parse_throttling_control(std::string_view value) noexcept {
  std::optional<throttling> worst;
  while (!value.empty()) {
    auto const end = std::min(value.find(','), value.size());
    if (auto const part = read_part(value.substr(0, end))) {
      throttling const so_far = worst.value_or(throttling{});
      worst =
          throttling{std::max(so_far.level, part->level), std::max(so_far.percent, part->percent)};
    }
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return worst;
}

failure with_throttling(failure seen, throttling const& told) noexcept {
  bool const busy = seen.code == failure_code{code_kind::http, "503"};
  if (busy && told.level >= throttle_level::red) seen.category = category::throttled;
  return seen;
}

}  // namespace holdfast
