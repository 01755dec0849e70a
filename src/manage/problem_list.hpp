#pragma once

#include "holdfast/base/problem.hpp"

#include <cstddef>
#include <string>
#include <unordered_map>

namespace holdfast {

/// Problems of a file of which many operations may inherit the same one: each is told once, with
/// the number of operations that have it too.
class problem_list {
 public:
  /// Adds what is wrong with one part by itself.
  /// @param path of the part, with which each problem begins
  void add(problems const& found, std::string const& path);

  /// Adds what is wrong with all that an operation has and inherits, where a part has not told it.
  void add_inherited(problems const& found, std::string const& path);

  void add(problem const& found);

  /// Whether there are so many that nobody reads a suggestion any more.
  [[nodiscard]] bool is_long() const noexcept;

  [[nodiscard]] bool empty() const noexcept { return told_.empty(); }

  /// By position; those beyond `most` are only counted.
  [[nodiscard]] problems take(std::size_t most);

 private:
  struct told {
    problem first;
    bool of_a_part = false;
    std::size_t more = 0;  ///< operations that have it too
  };

  void add(problem const& found, std::string const& path, bool of_a_part);

  std::vector<told> told_;
  std::unordered_map<std::string, std::size_t> known_;  ///< place and text without path -> told_
};

}  // namespace holdfast
