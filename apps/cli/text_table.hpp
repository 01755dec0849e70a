#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace holdfast::cli {

/// Rows of cells, for people: each column as wide as its widest cell, two blanks between.
class text_table {
 public:
  void add(std::vector<std::string> row);

  /// Lines, each with its end and without blanks before it.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> widths_;
};

}  // namespace holdfast::cli
