#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// What a source can say of a cell without knowing the type of its column.
enum class cell_kind : std::uint8_t {
  absent,   ///< not there: JSON null or a missing key, an empty CSV cell
  text,     ///< untyped text of a CSV cell
  string,   ///< a JSON string
  number,   ///< a JSON number, as written
  boolean,  ///< JSON true or false, as written
  nested,   ///< a JSON array or object, as written
};

/// One cell: where its text stands in the bytes of its record.
struct cell {
  cell_kind kind = cell_kind::absent;
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

/// Why a record was not stored; the words of reports, of --json and of the table of rejected ones.
enum class rejection : std::uint8_t {
  none,
  broken_quote,       ///< a quoted field that does not end as RFC 4180 says
  ragged,             ///< another number of fields than the header
  invalid_utf8,       ///< bytes that are no text in the encoding of the source
  embedded_nul,       ///< a NUL character in a text
  malformed_json,     ///< a line or an element that is no JSON object
  too_large,          ///< beyond the limit of one record
  too_many_columns,   ///< more columns than the target can hold
  missing,            ///< a required field or a key field is absent
  wrong_type,         ///< a value that its declared type can't hold
  out_of_range,       ///< a value outside the declared range
  unreadable_remote,  ///< the service fails for this record alone, again and again
};

[[nodiscard]] std::string_view name_of(rejection reason) noexcept;

/// One record of a source, owning its bytes so that a batch can hold many. Reuse the object: its
/// buffers keep their capacity.
struct record {
  std::uint64_t position = 0;  ///< number of the record in its source, from 0: its identity there
  std::uint64_t line = 0;      ///< first line in the source, from 1; 0 where there are no lines
  std::string bytes;           ///< the raw bytes, then the texts that differ from their raw form
  std::uint64_t raw_size = 0;  ///< how many of `bytes` are the raw bytes, cut at a stated limit
  std::vector<cell> cells;     ///< by column number of the source; may be shorter than the columns
  rejection rejected = rejection::none;  ///< set where the source itself can't accept the record
  std::string detail;                    ///< for people: what exactly was wrong; empty if accepted

  [[nodiscard]] std::string_view raw() const noexcept { return {bytes.data(), raw_size}; }
  [[nodiscard]] std::string_view text(cell const& of) const noexcept {
    return {bytes.data() + of.offset, of.size};
  }

  /// Empties the record for its next use.
  void clear() {
    position = line = raw_size = 0;
    bytes.clear();
    cells.clear();
    rejected = rejection::none;
    detail.clear();
  }
};

}  // namespace holdfast
