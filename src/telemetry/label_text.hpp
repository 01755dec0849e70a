#pragma once

#include <string>
#include <string_view>

namespace holdfast {

/// Appends a text as it may stand in a page of metrics: backslash and line break escaped, also the
/// quote where `quoted`; what is no UTF-8, and control characters, as U+FFFD.
void append_label_text(std::string& to, std::string_view text, bool quoted);

}  // namespace holdfast
