#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast {

/// What a request asks for, taken apart.
struct request_target {
  std::vector<std::string> path;                           ///< its parts, decoded; empty for "/"
  std::vector<std::pair<std::string, std::string>> query;  ///< in order, decoded

  /// Whether the query names it, with or without a value.
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> values_of(std::string_view name) const;
};

/// Reads a target in origin form: "/breakers/import.page/events?limit=5". Nothing where it is
/// anything else, where a part is empty, "." or "..", an escape is no escape, or what it stands for
/// is a control character or no UTF-8. A slash within a part stands there as "%2F".
///
/// Bounds: 8 parts, 32 parameters. Cost: linear. Source: RFC 3986, sections 2.1 and 3.3.
[[nodiscard]] std::optional<request_target> parse_target(std::string_view text);

}  // namespace holdfast
