#include "holdfast/connect/http/header.hpp"

#include <algorithm>

namespace holdfast::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_token_character(char c) {
  bool const letter = lower(c) >= 'a' && lower(c) <= 'z';
  bool const digit = c >= '0' && c <= '9';
  return letter || digit || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

}  // namespace

bool is_same_name(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::optional<std::string_view> find_header(std::vector<header> const& in,
                                            std::string_view name) noexcept {
  auto const same_name = [name](header const& field) { return is_same_name(field.name, name); };
  auto const last = std::find_if(in.rbegin(), in.rend(), same_name);
  if (last == in.rend()) return std::nullopt;
  return last->value;
}

bool is_sendable(header const& field) noexcept {
  return !field.name.empty() && std::ranges::all_of(field.name, is_token_character) &&
         field.value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos;
}

}  // namespace holdfast::http
