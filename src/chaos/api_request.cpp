#include "api_request.hpp"

#include <charconv>
#include <optional>

namespace holdfast {
namespace {

/// Offsets stay far below the end of their type, so that sums can't overflow.
constexpr std::uint64_t largest = 1'000'000'000'000'000;

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > largest) {
    return std::nullopt;
  }
  return value;
}

void append_parameter(std::string& list, std::string_view parameter) {
  if (!list.empty()) list += '&';
  list += parameter;
}

}  // namespace

expected<api_request, std::string> parse_target(std::string_view target) {
  auto const question = std::min(target.find('?'), target.size());
  api_request request;
  request.path = target.substr(0, question);
  std::string_view rest = target.substr(std::min(question + 1, target.size()));
  while (!rest.empty()) {
    auto const end = std::min(rest.find('&'), rest.size());
    std::string_view const parameter = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    auto const equals = std::min(parameter.find('='), parameter.size());
    std::string_view const name = parameter.substr(0, equals);
    if (name != "limit" && name != "offset" && name != hop_parameter) {
      if (!parameter.empty()) append_parameter(request.others, parameter);
      continue;
    }
    auto const value = whole_number(parameter.substr(std::min(equals + 1, parameter.size())));
    if (!value) return unexpected{std::string{name} + " must be a whole number"};
    if (name == "limit") request.page.limit = value;
    if (name == "offset") request.page.offset = *value;
    if (name == hop_parameter) request.hop = value;
  }
  return request;
}

}  // namespace holdfast
