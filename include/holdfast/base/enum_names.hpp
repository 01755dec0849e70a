#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace holdfast {

/// One value of an enumeration with its name in files, logs and metrics.
template <class Enum>
struct named_value {
  Enum value;
  std::string_view name;
};

/// Specialise with `static constexpr std::array<named_value<Enum>, N> table{{…}};` to let an
/// enumeration be printed, loaded from a file and listed in help.
template <class Enum>
struct names_of;

template <class Enum>
concept named_enum = requires { names_of<Enum>::table; };

/// The name of a value; "?" for a number that is no enumerator.
template <named_enum Enum>
[[nodiscard]] constexpr std::string_view enum_name(Enum value) noexcept {
  for (auto const& row : names_of<Enum>::table) {
    if (row.value == value) return row.name;
  }
  return "?";
}

/// The value of a name, or nothing.
template <named_enum Enum>
[[nodiscard]] constexpr std::optional<Enum> enum_value(std::string_view name) noexcept {
  for (auto const& row : names_of<Enum>::table) {
    if (row.name == name) return row.value;
  }
  return std::nullopt;
}

}  // namespace holdfast
