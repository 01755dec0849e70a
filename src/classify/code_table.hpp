#pragma once

#include "holdfast/base/failure.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace holdfast::classify_detail {

/// What a code means, apart from the phase in which it was met.
struct meaning {
  holdfast::category category;
  holdfast::severity severity;
  holdfast::fault fault;
  holdfast::advice advice;
  holdfast::poisoned poisoned = poisoned::nothing;
};

/// What is said of a code that no table knows.
inline constexpr meaning unknown_meaning{category::unknown, severity::medium, fault::dependency,
                                         advice::if_idempotent};

/// A failure seen in the light of how far the attempt had come. One that may be repeated only where
/// that does no harm is harmless before anything was sent. While a commit is awaited each that may
/// be repeated at all is in doubt: even a refusal may be that of a second connection, to ask anew.
constexpr meaning after_phase(meaning means, phase how_far) {
  if (means.advice == advice::never) return means;
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

/// Whether a table can be searched by halves: codes strictly ascending.
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

/// The row of a code, or null.
template <std::size_t Size>
constexpr code_row const* find_row(std::array<code_row, Size> const& table, int code) {
  auto const at = std::ranges::lower_bound(table, code, {}, &code_row::code);
  return at != table.end() && at->code == code ? &*at : nullptr;
}

constexpr failure make_failure(meaning const& means, code_kind kind, std::string_view code,
                               std::string_view text) {
  return {.category = means.category,
          .severity = means.severity,
          .fault = means.fault,
          .advice = means.advice,
          .poisoned = means.poisoned,
          .code = {kind, code},
          .text = text,
          .retry_after = std::nullopt};
}

/// A whole number in decimal digits, for codes without a name.
constexpr fixed_text<11> number_text(int number) {
  std::array<char, 11> digits{};
  std::size_t first = digits.size();
  long long rest = number < 0 ? -static_cast<long long>(number) : number;
  do {
    digits[--first] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (number < 0) digits[--first] = '-';
  return std::string_view{digits.data() + first, digits.size() - first};
}

}  // namespace holdfast::classify_detail
