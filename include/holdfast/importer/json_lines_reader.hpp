#pragma once

#include "holdfast/importer/text_reader.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace holdfast {

class json_record_parser;

/// Reads JSON Lines: an object a line, blank lines skipped, LF or CRLF. A text that is one array
/// of objects is read too, element by element. Columns are the keys, in the order in which they
/// first appear; a missing key and null are absent cells; of a key that stands twice the last
/// counts. Not thread-safe.
///
/// A line or element that is no object is rejected as malformed_json, alone. An array whose own
/// brackets or commas are broken stops the reading there, with the line.
/// Bound: about sixteen times the record limit, reached only by records of that size.
class json_lines_reader final : public text_reader {
 public:
  json_lines_reader(text_window window, std::string identity, text_limits limits);
  ~json_lines_reader() override;

  [[nodiscard]] read_result read(record& out) override;
  [[nodiscard]] std::string describe() const override;

 private:
  enum class layout : std::uint8_t { unknown, lines, before_element, behind_element, broken };
  enum class found : std::uint8_t { record, nothing };

  [[nodiscard]] bool has_text();
  void skip_blanks();
  [[nodiscard]] layout see_layout();
  [[nodiscard]] found cut_line(record& out);
  [[nodiscard]] found cut_element(record& out);
  [[nodiscard]] bool to_next_element();
  [[nodiscard]] found stop_in_array(std::string what);
  void take(record& out, std::size_t size);

  std::unique_ptr<json_record_parser> parser_;
  layout layout_ = layout::unknown;
  bool was_array_ = false;
  problem broken_;  // with layout::broken
};

}  // namespace holdfast
