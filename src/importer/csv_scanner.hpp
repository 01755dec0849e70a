#pragma once

#include "holdfast/importer/record.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace holdfast {

/// What stands at the beginning of a text.
enum class csv_verdict : std::uint8_t {
  record,      ///< a whole record
  unfinished,  ///< it may go on behind the text
  unclosed,    ///< a quoted field has no end
  trailing,    ///< something follows the closing quote of a field
};

struct csv_scan {
  csv_verdict verdict = csv_verdict::unfinished;
  std::size_t size = 0;         ///< of the record, its line end not counted
  std::size_t next = 0;         ///< where the next record begins
  std::size_t line_breaks = 0;  ///< inside the record
  std::size_t looked_at = 0;    ///< bytes that were looked at
};

/// Cuts one record into cells (RFC 4180; LF, CRLF or CR ends it). Knows nothing of files.
class csv_scanner {
 public:
  explicit csv_scanner(char delimiter);

  /// Looks at the record that begins `text`, which is not empty unless `last`.
  ///
  /// @param last     whether nothing follows `text`
  /// @param hopeless a record that is still inside quotes at a line break before this offset is
  ///                 known not to end well: an earlier scan went the same way from there
  [[nodiscard]] csv_scan scan(std::string_view text, bool last, std::size_t hopeless);

  /// The cells of the record, quotes taken off; offsets count from its beginning.
  [[nodiscard]] std::vector<cell> const& cells() const noexcept { return cells_; }

  /// Numbers of the cells in which two quotes stand for one.
  [[nodiscard]] std::vector<std::uint32_t> const& doubled() const noexcept { return doubled_; }

 private:
  enum class step : std::uint8_t { field, unfinished, unclosed, trailing };

  [[nodiscard]] step quoted_field();
  [[nodiscard]] step plain_field();
  void add_cell(char const* from, char const* to);
  [[nodiscard]] csv_scan stopped_at(csv_verdict verdict) const;
  [[nodiscard]] csv_scan record_ends() const;

  std::array<bool, 256> ends_plain_{};   // delimiter, LF, CR
  std::array<bool, 256> ends_quoted_{};  // quote, LF, CR
  char delimiter_;
  std::vector<cell> cells_;
  std::vector<std::uint32_t> doubled_;

  // The scan under way.
  char const* begin_ = nullptr;
  char const* at_ = nullptr;
  char const* end_ = nullptr;
  bool last_ = false;
  std::size_t hopeless_ = 0;
  std::size_t line_breaks_ = 0;
};

}  // namespace holdfast
