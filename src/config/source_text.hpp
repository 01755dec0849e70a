#pragma once

#include "holdfast/base/problem.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// A configuration text with its lines: turns byte offsets into positions for people.
class source_text {
 public:
  source_text(std::string_view text, std::string name);

  /// The first character that no configuration text may hold: a control character, or bytes that
  /// are no UTF-8. yaml-cpp would take some of them for the end of the text.
  [[nodiscard]] std::optional<problem> bad_character();

  /// The position of a byte, both counted from 0; columns of the answer count characters.
  /// Cost: linear in the distance to the position asked for before, on the same line.
  [[nodiscard]] text_position at(std::size_t line, std::size_t byte_in_line);

  /// The text from a position on.
  [[nodiscard]] std::string_view from(std::size_t line, std::size_t byte_in_line) const;

  [[nodiscard]] std::shared_ptr<std::string const> const& name() const noexcept { return name_; }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

 private:
  std::string_view text_;  // without a byte order mark
  std::shared_ptr<std::string const> name_;
  std::vector<std::size_t> line_starts_;

  // The last position asked for. Without it a document on one line would cost quadratic time.
  std::size_t last_line_ = 0;
  std::size_t last_byte_ = 0;
  std::uint64_t last_characters_ = 0;
};

}  // namespace holdfast
