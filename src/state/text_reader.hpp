#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/fixed_text.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/state/wall_time.hpp"

#include <charconv>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace holdfast {

/// Reads what a `text_writer` wrote, and nothing else: the fields that it is asked for, in their
/// order. The first thing that differs ends the reading: all later calls change nothing. No
/// recursion but that of the fields themselves; memory in proportion to the text.
class text_reader {
 public:
  explicit text_reader(std::string_view text) noexcept : text_{text} {}

  template <class Fields>
  void object(Fields fields) {
    expect("{");
    first_ = true;
    fields();
    expect("}");
    first_ = false;
  }

  text_reader& key(std::string_view name);

  template <std::integral Number>
  void number(Number& value, Number least, Number most) {
    std::string_view const digits = next_number();
    if (failed()) return;
    auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    bool const whole = read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
    if (!whole || value < least || value > most) fail("a number out of range");
  }

  template <class Element, class Fields>
  void list(std::vector<Element>& elements, std::size_t most, Fields fields) {
    expect("[");
    if (failed() || took("]")) return;
    do {
      if (elements.size() == most) return fail("too many elements");
      fields(elements.emplace_back());
    } while (!failed() && took(","));
    expect("]");
  }

  template <class Value, class Fields>
  void maybe(std::optional<Value>& value, Fields fields) {
    if (!failed() && !took("null")) fields(value.emplace());
  }

  void flag(bool& value);
  void time(instant& at);
  void time(wall_time& at);
  void length(duration& span);

  template <std::size_t Capacity>
  void text(fixed_text<Capacity>& value) {
    std::string const read = unquoted();
    if (read.size() > Capacity) fail("a text that is too long");
    if (!failed()) value = std::string_view{read};
  }

  template <named_enum Enum>
  void name(Enum& value) {
    auto const known = enum_value<Enum>(unquoted());
    if (!known) return fail("an unknown name");
    value = *known;
  }

  /// To be called after the last value.
  void end();

  [[nodiscard]] bool failed() const noexcept { return why_ != nullptr; }
  /// "byte 17: a number out of range".
  [[nodiscard]] std::string why() const;

  void fail(char const* why) noexcept {
    if (!failed()) why_ = why;
  }

 private:
  [[nodiscard]] std::string_view rest() const noexcept { return text_.substr(at_); }
  bool took(std::string_view expected) noexcept;
  void expect(std::string_view expected) noexcept;
  [[nodiscard]] std::string_view next_number() noexcept;
  [[nodiscard]] std::string unquoted();
  void append_escape(std::string& to);

  std::string_view text_;
  std::size_t at_ = 0;
  char const* why_ = nullptr;  // of static storage
  bool first_ = true;
};

}  // namespace holdfast
