#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/classify/known_code.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace holdfast::classify_detail {

/// What a code means, apart from the phase in which it was met.
struct meaning {
  holdfast::category category;
  holdfast::severity severity;
  holdfast::fault fault;
  holdfast::advice advice;
  holdfast::poisoned poisoned = poisoned::nothing;
  bool before_sending = false;  ///< whether it is met only before anything was sent
};

/// What is said of a code that no table knows.
inline constexpr meaning unknown_meaning{category::unknown, severity::medium, fault::dependency,
                                         advice::if_idempotent};

constexpr meaning before_sending(meaning means) {
  means.before_sending = true;
  return means;
}

/// A failure seen in the light of how far the attempt had come. One that may be repeated only where
/// that does no harm is harmless before anything was sent. While a commit is awaited each is in
/// doubt: also one never to be repeated, and a refusal, which may be that of a second connection,
/// to ask anew. Only those that are met before anything was sent stay as they are.
constexpr meaning after_phase(meaning means, phase how_far) {
  if (means.before_sending) return means;
  if (how_far == phase::awaiting_commit) {
    means.category = category::in_doubt;
    means.severity = severity::high;
    means.advice = advice::resolve_first;
  }
  bool const harmless = how_far == phase::not_sent && means.advice == advice::if_idempotent;
  if (harmless) means.advice = advice::after_backoff;
  return means;
}

/// One row of a table: a number, its name in the product's own documentation, its meaning.
struct code_row {
  int code;
  std::string_view name;
  classify_detail::meaning meaning;
};

/// Of a code that a table lacks.
inline constexpr std::uint8_t no_place = 0xFF;

/// Whether the codes of a table are strictly ascending, so each is there once.
template <std::size_t Size>
constexpr bool is_sorted_by_code(std::array<code_row, Size> const& table) {
  return std::ranges::adjacent_find(table, std::ranges::greater_equal{}, &code_row::code) ==
         table.end();
}

/// Whether every name fits into a `failure_code` uncut.
template <std::size_t Size>
constexpr bool names_fit(std::array<code_row, Size> const& table) {
  return std::ranges::all_of(table, [](code_row const& row) {
    return decltype(failure_code::value){row.name}.view() == row.name;
  });
}

/// The places of a table's rows by code, from its first code to its last: for codes that lie close
/// together. Made by the compiler.
template <auto const& Table>
inline constexpr auto places = [] {
  constexpr std::size_t extent = Table.back().code - Table.front().code + 1;
  static_assert(Table.size() < no_place, "a place is kept in one byte");
  std::array<std::uint8_t, extent> found{};
  found.fill(no_place);
  for (std::size_t i = 0; i < Table.size(); ++i) {
    found[static_cast<std::size_t>(Table[i].code - Table.front().code)] =
        static_cast<std::uint8_t>(i);
  }
  return found;
}();

/// The row of a code, or null. Cost: one look, without a search.
template <auto const& Table>
constexpr code_row const* find_row(int code) {
  // Unsigned, so that what lies below the first code lies far above the last.
  auto const offset = static_cast<unsigned>(code) - static_cast<unsigned>(Table.front().code);
  if (offset >= places<Table>.size()) return nullptr;
  std::uint8_t const place = places<Table>[offset];
  return place == no_place ? nullptr : &Table[place];
}

/// The name of a code; empty for one that the table lacks.
template <auto const& Table>
constexpr std::string_view name_in(int code) {
  code_row const* const row = find_row<Table>(code);
  return row == nullptr ? std::string_view{} : row->name;
}

/// The codes and names of a table, for those who list them.
template <auto const& Table>
inline constexpr auto known_codes = [] {
  std::array<known_code, Table.size()> listed{};
  for (std::size_t i = 0; i < Table.size(); ++i) listed[i] = {Table[i].code, Table[i].name};
  return listed;
}();

// Member by member: GCC clears an aggregate of this size by `rep stos` before it fills it.
constexpr failure make_failure(meaning const& means, code_kind kind, std::string_view code,
                               std::string_view text) {
  failure made;
  made.category = means.category;
  made.severity = means.severity;
  made.fault = means.fault;
  made.advice = means.advice;
  made.poisoned = means.poisoned;
  made.code.kind = kind;
  made.code.value.append(code);
  made.text.append(text);
  return made;
}

/// A whole number in decimal digits, for codes without a name.
class number_text {
 public:
  constexpr explicit number_text(int number) {
    std::uint64_t rest =
        number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    do {
      digits_[--first_] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    if (number < 0) digits_[--first_] = '-';
  }

  [[nodiscard]] constexpr std::string_view view() const {
    return {digits_.data() + first_, digits_.size() - first_};
  }

 private:
  std::array<char, 11> digits_{};
  std::size_t first_ = digits_.size();
};

}  // namespace holdfast::classify_detail
