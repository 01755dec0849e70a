#pragma once

#include "holdfast/redact/redaction.hpp"
#include "redact/known_values.hpp"
#include "redact/patterns.hpp"
#include "redact/span.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::redact_detail {

/// All that is to be taken out of a text: first what is known, which may be null, then what the
/// patterns find in what is left, until they find nothing more. So what is left is stable by
/// construction. A text that is not after four rounds was made to be so, and is taken as a whole.
/// Sorted, without overlaps; empty without any allocation where there is nothing.
[[nodiscard]] std::vector<span> find_all(std::string_view text, redaction const& rules,
                                         known_values const* known, text_end end,
                                         open_statement& statement);

/// Appends `text` to `to` with a mark for each span.
void append_replaced(std::string& to, std::string_view text, std::vector<span> const& taken);

/// `text` itself where nothing is to be taken, otherwise what is left of it, in `into`.
[[nodiscard]] std::string_view redact_with(std::string_view text, std::string& into,
                                           redaction const& rules, known_values const* known,
                                           text_end end);

/// How many of `secrets`, from the first on, are within the bounds of number and bytes.
struct admitted_secrets {
  std::vector<std::string> forms;
  std::size_t count = 0;
};
[[nodiscard]] admitted_secrets admit(std::span<std::string_view const> secrets);

}  // namespace holdfast::redact_detail
