#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast {

/// Where a text stands in a line, and so what is escaped beside what is dangerous anywhere.
enum class text_place {
  json,    ///< between the quotes of a JSON string
  quoted,  ///< between quotes for people
  open,    ///< among words for people
};

/// Appends a text that can harm neither the line nor the terminal that shows it: valid UTF-8, with
/// controls, line separators, and marks and overrides of direction escaped. A byte that is no UTF-8
/// is told as `\xNN`.
/// @param limit bytes that it may take; one that needs more is cut, and ends in "…" beyond them
void append_escaped(std::string& to, std::string_view text, text_place where, std::size_t limit);

/// Whether a text is one word of letters, digits and the marks of names, so that people need no
/// quotes around it.
[[nodiscard]] bool is_plain_word(std::string_view text) noexcept;

/// A text as it may leave the process: without its secrets. Of a long one only what a line can
/// show is looked at.
[[nodiscard]] std::string shown_text(std::string_view text);

/// "2026-11-30T20:31:12.123Z", as RFC 3339 writes it; whole milliseconds, the rest is cut.
[[nodiscard]] std::string timestamp_text(std::chrono::system_clock::time_point at);

}  // namespace holdfast
