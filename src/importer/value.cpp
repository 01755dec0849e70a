#include "holdfast/importer/value.hpp"

#include "holdfast/base/excerpt.hpp"
#include "json_text.hpp"
#include "number_spelling.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace holdfast {
namespace {

value number_value(std::string_view text) noexcept {
  if (auto const integer = canonical_integer(text)) return value::of(*integer);
  if (is_long_integer(text)) return value::of(text);  // a double would round it
  if (auto const real = finite_real(text)) return value::of(*real);
  return value::of(text);
}

bool same_word(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return a == b || (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == b);
  });
}

std::optional<bool> as_flag(std::string_view text) {
  for (std::string_view const yes : {"true", "yes", "1"}) {
    if (same_word(text, yes)) return true;
  }
  for (std::string_view const no : {"false", "no", "0"}) {
    if (same_word(text, no)) return false;
  }
  return std::nullopt;
}

/// A whole number in any decimal spelling; `error` tells one that is too large from no number.
struct integer_reading {
  std::int64_t number = 0;
  std::errc error{};
};

integer_reading as_integer(std::string_view text) {
  integer_reading read;
  auto const* const last = text.data() + text.size();
  auto const [end, error] = std::from_chars(text.data(), last, read.number);
  read.error = end == last ? error : std::errc::invalid_argument;
  return read;
}

unexpected<std::string> refused(std::string_view text, std::string_view why) {
  return unexpected{"'" + excerpt(text) + "' " + std::string{why}};
}

expected<value, std::string> declared_integer(std::string_view text) {
  auto const read = as_integer(text);
  if (read.error == std::errc{}) return value::of(read.number);
  if (read.error == std::errc::result_out_of_range) {
    return refused(text, "is beyond an integer of 64 bits");
  }
  return refused(text, "is no integer");
}

expected<value, std::string> declared_real(std::string_view text) {
  if (auto const real = finite_real(text)) return value::of(*real);
  return refused(text, "is no number that a double holds");
}

expected<value, std::string> declared_number(std::string_view text) {
  auto const read = as_integer(text);
  if (read.error == std::errc{}) return value::of(read.number);
  if (read.error == std::errc::result_out_of_range) {
    return refused(text, "is a whole number beyond 64 bits; declare the field as text");
  }
  return declared_real(text);
}

expected<value, std::string> declared_flag(std::string_view text) {
  if (auto const flag = as_flag(text)) return value::of(*flag);
  return refused(text, "is no boolean (true, false, yes, no, 1, 0)");
}

}  // namespace

value inferred_value(cell_kind kind, std::string_view text, column_type column) noexcept {
  if (kind == cell_kind::absent) return {};
  switch (column) {
    case column_type::boolean:
      if (kind == cell_kind::boolean) return value::of(text == "true");
      break;
    case column_type::integer:
    case column_type::number:
    case column_type::real:
      if (kind == cell_kind::text || kind == cell_kind::number) return number_value(text);
      break;
    case column_type::undecided:
    case column_type::text:
    case column_type::json: break;
  }
  return value::of(text);
}

expected<value, std::string> declared_value(cell_kind kind, std::string_view text,
                                            column_type column) {
  if (kind == cell_kind::absent) return value{};
  switch (column) {
    case column_type::boolean: return declared_flag(text);
    case column_type::integer: return declared_integer(text);
    case column_type::number: return declared_number(text);
    case column_type::real: return declared_real(text);
    case column_type::json:
      if (!is_json(text)) return refused(text, "is no JSON document");
      break;
    case column_type::undecided:
    case column_type::text: break;
  }
  return value::of(text);
}

std::string_view text_of(value const& of, number_text& room) noexcept {
  switch (of.kind) {
    case value_kind::null: return {};
    case value_kind::boolean: return of.boolean ? "true" : "false";
    case value_kind::integer: {
      auto const end = std::to_chars(room.data(), room.data() + room.size(), of.integer).ptr;
      return {room.data(), end};
    }
    case value_kind::real: return write_real(of.real, room);
    case value_kind::text: return of.text;
  }
  return {};
}

}  // namespace holdfast
