#pragma once

#include <cstdint>
#include <string_view>

namespace holdfast {

enum class value_kind : std::uint8_t { null, boolean, integer, real, text };

[[nodiscard]] std::string_view name_of(value_kind value) noexcept;

/// One typed value of a record, as rules judge it and databases store it. Trivially copyable; the
/// bytes of a text belong to whoever made the value. Only the member that `kind` names counts.
struct value {
  value_kind kind = value_kind::null;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text;

  static constexpr value of(bool flag) noexcept { return {value_kind::boolean, flag, 0, 0, {}}; }
  static constexpr value of(std::int64_t number) noexcept {
    return {value_kind::integer, false, number, 0, {}};
  }
  static constexpr value of(double number) noexcept {
    return {value_kind::real, false, 0, number, {}};
  }
  static constexpr value of(std::string_view text) noexcept {
    return {value_kind::text, false, 0, 0, text};
  }

  friend bool operator==(value const&, value const&) = default;
};

}  // namespace holdfast
