#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/config/tree.hpp"

#include <string>
#include <string_view>

namespace holdfast {

/// What a configuration text may be at most; more is a problem, not a crash.
struct parse_limits {
  std::size_t bytes = std::size_t{16} << 20U;
  std::size_t nodes = 100'000;  ///< keys and values
  std::size_t depth = 64;       ///< lists and maps within each other
};

/// Reads YAML, and so JSON, into a tree with positions.
///
/// Configuration is untrusted input, so the parts of YAML by which a small text means a large or a
/// surprising one are refused: anchors, aliases, merge keys, tags, keys that are no text, a key
/// given twice, a second document, control characters, text that is not UTF-8. Of JSON, only
/// escaped surrogate pairs (`\ud83d\ude00`) are not understood.
///
/// @param source name of the text in problems, such as a file name
/// @return the root (a null node for an empty text), or every problem found, in order
/// Memory: at most about 200 bytes a node, three times the text, and 200 bytes for each bracket,
/// quote, comma and colon, of which there may be four times as many as nodes.
[[nodiscard]] expected<config_node, problems> parse_yaml(std::string_view text, std::string source,
                                                         parse_limits const& limits = {});

/// Reads and parses a file. A file that can't be read or is too large is one problem.
[[nodiscard]] expected<config_node, problems> read_yaml_file(std::string const& path,
                                                             parse_limits const& limits = {});

}  // namespace holdfast
