#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/fixed_text.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/state/wall_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// Writes values as JSON without spaces. What record_fields.hpp gives it, a `text_reader` reads.
class text_writer {
 public:
  explicit text_writer(std::string& to) noexcept : to_{to} {}

  template <class Fields>
  void object(Fields fields) {
    to_ += '{';
    first_ = true;
    fields();
    to_ += '}';
    first_ = false;
  }

  text_writer& key(std::string_view name) {
    if (!first_) to_ += ',';
    first_ = false;
    to_.append(1, '"').append(name).append("\":");
    return *this;
  }

  template <std::integral Number>
  void number(Number value, Number least, Number most) {
    std::array<char, 24> digits;
    auto const end =
        std::to_chars(digits.data(), digits.data() + digits.size(), std::clamp(value, least, most));
    to_.append(digits.data(), end.ptr);
  }

  template <class Element, class Fields>
  void list(std::vector<Element> const& elements, std::size_t most, Fields fields) {
    to_ += '[';
    for (std::size_t i = 0; i < std::min(most, elements.size()); ++i) {
      if (i != 0) to_ += ',';
      fields(elements[i]);
    }
    to_ += ']';
  }

  template <class Value, class Fields>
  void maybe(std::optional<Value> const& value, Fields fields) {
    if (value) {
      fields(*value);
    } else {
      to_ += "null";
    }
  }

  void flag(bool value) { to_ += value ? "true" : "false"; }
  void time(instant at);
  void time(wall_time at) { number(at.time_since_epoch().count(), duration::rep{0}, forever); }
  void length(duration span) { number(span.count(), duration::rep{0}, forever); }

  template <std::size_t Capacity>
  void text(fixed_text<Capacity> const& value) {
    quoted(value.view());
  }

  template <named_enum Enum>
  void name(Enum value) {
    quoted(enum_name(value));
  }

 private:
  static constexpr duration::rep forever = duration::max().count();

  void quoted(std::string_view text);

  std::string& to_;
  bool first_ = true;
};

}  // namespace holdfast
