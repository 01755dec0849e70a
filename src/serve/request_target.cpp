#include "serve/request_target.hpp"

#include "holdfast/base/excerpt.hpp"

#include <algorithm>
#include <cstddef>

namespace holdfast {
namespace {

constexpr std::size_t most_parts = 8;
constexpr std::size_t most_parameters = 32;

[[nodiscard]] std::optional<unsigned> digit_of(char each) noexcept {
  if (each >= '0' && each <= '9') return static_cast<unsigned>(each - '0');
  if (each >= 'a' && each <= 'f') return static_cast<unsigned>(each - 'a' + 10);
  if (each >= 'A' && each <= 'F') return static_cast<unsigned>(each - 'A' + 10);
  return std::nullopt;
}

[[nodiscard]] bool is_control(char each) noexcept {
  return static_cast<unsigned char>(each) < ' ' || each == '\x7F';
}

[[nodiscard]] bool is_clean(std::string_view text) noexcept {
  while (!text.empty()) {
    std::size_t const length = utf8_length(text);
    if (length == 0 || is_control(text.front())) return false;
    text.remove_prefix(length);
  }
  return true;
}

[[nodiscard]] std::optional<std::string> decoded(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    auto const high = digit_of(text[i + 1]);
    auto const low = digit_of(text[i + 2]);
    if (!high || !low) return std::nullopt;
    plain += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  if (!is_clean(plain)) return std::nullopt;
  return plain;
}

[[nodiscard]] std::string_view take_until(std::string_view& text, char mark) noexcept {
  std::size_t const end = std::min(text.find(mark), text.size());
  std::string_view const part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

[[nodiscard]] bool read_path(std::string_view text, request_target& into) {
  text.remove_prefix(1);
  if (text.ends_with('/')) text.remove_suffix(1);
  while (!text.empty()) {
    std::string_view const raw = take_until(text, '/');
    std::optional<std::string> part = decoded(raw);
    if (!part || part->empty() || *part == "." || *part == "..") return false;
    if (into.path.size() == most_parts) return false;
    into.path.push_back(*std::move(part));
  }
  return true;
}

[[nodiscard]] bool read_query(std::string_view text, request_target& into) {
  while (!text.empty()) {
    std::string_view value = take_until(text, '&');
    std::optional<std::string> name = decoded(take_until(value, '='));
    std::optional<std::string> meant = decoded(value);
    if (!name || !meant || into.query.size() == most_parameters) return false;
    into.query.emplace_back(*std::move(name), *std::move(meant));
  }
  return true;
}

}  // namespace

bool request_target::has(std::string_view name) const {
  return std::ranges::any_of(query, [&](auto const& each) { return each.first == name; });
}

std::vector<std::string_view> request_target::values_of(std::string_view name) const {
  std::vector<std::string_view> found;
  for (auto const& [key, value] : query) {
    if (key == name) found.emplace_back(value);
  }
  return found;
}

std::optional<request_target> parse_target(std::string_view text) {
  if (!text.starts_with('/') || text.find('#') != std::string_view::npos) return std::nullopt;
  request_target found;
  std::string_view const path = take_until(text, '?');
  if (!read_path(path, found) || !read_query(text, found)) return std::nullopt;
  return found;
}

}  // namespace holdfast
