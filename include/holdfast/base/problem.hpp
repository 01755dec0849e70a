#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace holdfast {

/// Where in a text something stands. Lines and columns count from 1; 0 means not known.
struct text_position {
  std::string source;  ///< file name, URL or "standard input"
  std::uint64_t line = 0;
  std::uint64_t column = 0;

  friend bool operator==(text_position const&, text_position const&) = default;
};

/// What is wrong, where, and what to do about it: what every error shown to a user consists of.
struct problem {
  text_position where;
  std::string what;    ///< one sentence without a full stop
  std::string remedy;  ///< what to do, or what is allowed; may be empty

  friend bool operator==(problem const&, problem const&) = default;
};

/// All the problems of one input: a user is told everything at once.
using problems = std::vector<problem>;

/// "file:line:column  what" and, indented below it, the remedy. No line break at the end.
[[nodiscard]] std::string describe(problem const& found);

/// Each problem on lines of its own.
[[nodiscard]] std::string describe(problems const& found);

}  // namespace holdfast
