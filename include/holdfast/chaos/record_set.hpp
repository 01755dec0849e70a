#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/base/units.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast {

/// The records that a service serves: the lines of a JSON Lines text, as they were written.
/// Memory: the text and 16 bytes a record.
class record_set {
 public:
  static constexpr byte_count most = 1_GiB;  ///< of text

  /// Reads a file. Every line must be a JSON object; empty lines are passed over. The first five
  /// lines that are none are told as problems.
  [[nodiscard]] static expected<record_set, problems> read(std::string const& path);

  /// The same from a text, `source` being its name in problems.
  [[nodiscard]] static expected<record_set, problems> parse(std::string text,
                                                            std::string const& source);

  [[nodiscard]] std::uint64_t size() const noexcept { return lines_.size(); }

  /// One record as JSON. Precondition: number < size().
  [[nodiscard]] std::string_view operator[](std::uint64_t number) const noexcept {
    auto const [offset, length] = lines_[number];
    return std::string_view{text_}.substr(offset, length);
  }

 private:
  std::string text_;
  std::vector<std::pair<std::size_t, std::size_t>> lines_;  ///< offset and length
};

}  // namespace holdfast
