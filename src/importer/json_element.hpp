#pragma once

#include <cstddef>
#include <string_view>

namespace holdfast {

/// Finds where one element of a JSON array ends, by its brackets and strings alone.
class json_element {
 public:
  static constexpr std::size_t open = std::string_view::npos;

  /// The size of the element that begins `text`, or `open` while it may go on behind it. A later
  /// call continues where the last one ended, with the same text and more of it.
  [[nodiscard]] std::size_t end_in(std::string_view text) noexcept;

 private:
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  bool in_string_ = false;
};

}  // namespace holdfast
