#pragma once

#include "holdfast/base/problem.hpp"
#include "holdfast/config/tree.hpp"
#include "scenarios/line_words.hpp"

#include <memory>
#include <string>

namespace holdfast::scenarios {

/// Where in the file a tree is being filled from.
struct tree_line {
  std::shared_ptr<std::string const> source;
  std::uint32_t line = 1;

  [[nodiscard]] text_position at(std::uint32_t column) const { return {*source, line, column}; }
};

[[nodiscard]] config_node empty_map(tree_line const& where, std::uint32_t column);

/// Adds "name=value" to a tree of options. `per_category.timeout.max_attempts=1` names what is
/// inside; `delays=100ms,1s` and `delays=[1s]` are lists; `window=count(5)` and
/// `window=time(10s,10)` are what `last_calls` and `last_span` are in C++. What is wrong with the
/// form is added to `found`.
void add_option(config_node& to, named_word const& given, std::uint32_t column,
                tree_line const& where, problems& found);

}  // namespace holdfast::scenarios
