#pragma once

#include "holdfast/base/units.hpp"
#include "holdfast/importer/column_names.hpp"
#include "holdfast/importer/source.hpp"
#include "holdfast/importer/text_window.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace holdfast {

/// How texts are read, whatever their format.
struct text_limits {
  /// The longest record, in bytes of UTF-8. 1 KiB .. 1 GiB. What is longer is rejected.
  byte_count record = 16_MiB;
  /// How much is kept of a record that is too long or broken. 1 KiB .. 1 GiB.
  byte_count kept_of_bad = 64_KiB;
  /// The most columns that the keys of JSON objects may bring; a CSV header has what it has.
  std::uint32_t columns = 2000;
};

/// What the readers of texts have in common: where they stand, and how they stop.
class text_reader : public record_source {
 public:
  [[nodiscard]] std::vector<std::string> const& columns() const override { return names_.all(); }
  [[nodiscard]] std::string const& identity() const override { return identity_; }
  [[nodiscard]] source_stats stats() const override;

 protected:
  text_reader(text_window window, std::string identity, text_limits limits);

  enum class line_end : std::uint8_t { lf, any };  ///< LF alone, or LF, CRLF and CR

  /// The answer when the window could not grow: the end, or the problem with where it was met.
  [[nodiscard]] read_result nothing_more() const;

  /// Hands `out` over as the next record.
  [[nodiscard]] read_result deliver(record& out);

  /// Takes the rest of the line as the raw bytes of a rejected record, as much as is kept of one,
  /// and goes behind its end. False where the input fails within the line.
  [[nodiscard]] bool take_bad_line(record& out, line_end ends);

  /// Rejects `out` if its raw bytes are no text: not UTF-8, or with NUL.
  void check_text(record& out) const;

  /// A problem of this text, on the line that reading has come to.
  [[nodiscard]] problem problem_here(std::string what, std::string remedy) const;

  /// "gzip, UTF-8" for the plan line.
  [[nodiscard]] std::string describe_input() const;

  text_window window_;
  text_limits limits_;
  column_names names_;
  std::uint64_t line_ = 1;  // of the beginning of window_.text()

 private:
  std::string identity_;
  std::uint64_t position_ = 0;
};

}  // namespace holdfast
