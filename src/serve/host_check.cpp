#include "serve/host_check.hpp"

#include <algorithm>

namespace holdfast {
namespace {

[[nodiscard]] std::string lower(std::string_view text) {
  std::string made{text};
  for (char& each : made) {
    if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
  }
  return made;
}

[[nodiscard]] bool is_port(std::string_view text) noexcept {
  constexpr std::size_t longest = 5;
  return !text.empty() && text.size() <= longest &&
         std::ranges::all_of(text, [](char each) { return each >= '0' && each <= '9'; });
}

[[nodiscard]] bool is_name(std::string_view text) noexcept {
  constexpr std::size_t longest = 253;
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, [](char each) {
    return (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9') || each == '-' ||
           each == '.' || each == '_' || each == ':';
  });
}

}  // namespace

std::string host_name_in(std::string_view host) {
  std::string_view name = host;
  std::string_view port;
  if (host.starts_with('[')) {
    auto const end = host.find(']');
    if (end == std::string_view::npos) return {};
    name = host.substr(1, end - 1);
    port = host.substr(end + 1);
    if (!port.empty() && (port.front() != ':' || !is_port(port.substr(1)))) return {};
  } else if (auto const colon = host.find(':'); colon != std::string_view::npos) {
    name = host.substr(0, colon);
    if (!is_port(host.substr(colon + 1))) return {};
  }
  std::string const made = lower(name);
  return is_name(made) ? made : std::string{};
}

host_check::host_check(std::string const& address, std::vector<std::string> const& names)
    : names_{"localhost", "127.0.0.1", "::1"} {
  names_.push_back(lower(address));
  for (std::string const& each : names) names_.push_back(lower(each));
}

bool host_check::accepts(std::string_view host) const {
  std::string const name = host_name_in(host);
  return !name.empty() && std::ranges::find(names_, name) != names_.end();
}

bool host_check::accepts_origin(std::string_view origin) const {
  if (origin.empty()) return true;
  for (std::string_view const scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) return accepts(origin.substr(scheme.size()));
  }
  return false;
}

}  // namespace holdfast
