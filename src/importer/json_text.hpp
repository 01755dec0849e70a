#pragma once

#include <string_view>

namespace holdfast {

/// Whether a text is one JSON document (RFC 8259) in UTF-8, nested up to 500 levels. Unlike the
/// parsers of documents it admits numbers of any size: they are kept as text, not read.
/// Cost: linear, without a copy.
[[nodiscard]] bool is_json(std::string_view text) noexcept;

}  // namespace holdfast
