#pragma once

#include "redact/scan.hpp"

#include <string_view>
#include <vector>

namespace holdfast::redact_detail {

/// An SQL statement that a text begins inside of, or that has not ended where it ends.
struct open_statement {
  std::size_t at = no_place;  ///< where it began
  int layers = 0;             ///< of percent-encoding
};

/// What the patterns take out of `text`, in order, without overlaps.
/// Cost: linear; each byte is looked at by no more than a bounded number of patterns.
[[nodiscard]] std::vector<span> find_patterns(std::string_view text, redaction const& rules,
                                              text_end end, open_statement& statement);

}  // namespace holdfast::redact_detail
