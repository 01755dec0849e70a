#pragma once

#include "holdfast/importer/table_schema.hpp"
#include "holdfast/importer/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::postgres {

/// Rows in the text format of COPY: cells between tabs, `\N` for NULL, a line each. What stands in
/// a cell is escaped so that the server reads exactly these bytes again; a NUL it refuses.
class copy_text {
 public:
  void add_null() { begin_cell() += "\\N"; }
  void add(std::string_view text);
  void add(std::int64_t number);
  void add(std::uint64_t number) { add(static_cast<std::int64_t>(number)); }  // below 2^63
  /// For bytea, as hexadecimal digits.
  void add_bytes(std::string_view bytes);
  /// The cell as the type of its column reads it.
  void add(value const& of, column_type column);
  void end_row();

  [[nodiscard]] std::string const& bytes() const noexcept { return bytes_; }
  void clear() noexcept { bytes_.clear(); }

 private:
  std::string& begin_cell();

  std::string bytes_;
  bool in_row_ = false;
};

/// A number as `numeric` keeps it apart: a real always has digits behind its point, a whole number
/// none, also beyond 1e16, where the spelling of a real has an exponent.
/// @param spelling what write_real writes
[[nodiscard]] std::string numeric_text(std::string_view spelling);

}  // namespace holdfast::postgres
