#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/importer/text_reader.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace holdfast {

class csv_scanner;
struct csv_scan;

struct csv_options {
  char delimiter = '\0';  ///< 0: found from the header line
  text_limits limits{};
};

/// Reads the records of a CSV text (RFC 4180): any line end; quotes inside an unquoted field and
/// blanks around a field are data; blank lines are skipped; the first record names the columns; an
/// empty cell, quoted or not, is absent. Well-formed files give the cells that Python's csv module
/// gives. Not thread-safe.
///
/// A quoted field that never closes, or has text behind its closing quote, rejects its first line
/// alone, and reading goes on with the line after it: a stray quote costs no good record. This
/// stays linear: a record that is in quotes at a line break where an earlier, failed one was too
/// will fail as that did, so every byte is looked at a bounded number of times.
///
/// Other rejections: ragged, invalid_utf8, embedded_nul, too_large (a first line beyond the
/// limit). A record that is still in quotes at the limit counts as a broken quote.
/// Bound: about four times the record limit, reached only by records of that size.
class csv_reader final : public text_reader {
 public:
  /// Reads the header. Errors: none there (an empty text), one that can't be read, or the input's.
  [[nodiscard]] static expected<std::unique_ptr<csv_reader>, problem> open(text_window window,
                                                                           std::string identity,
                                                                           csv_options options);
  ~csv_reader() override;

  [[nodiscard]] read_result read(record& out) override;
  [[nodiscard]] std::string describe() const override;

  /// Bytes looked at in search of record ends; at most a small multiple of the bytes read.
  [[nodiscard]] std::uint64_t looked_at() const noexcept { return looked_at_; }

 private:
  enum class cut : std::uint8_t { record, blank, nothing, broken, too_large };

  csv_reader(text_window window, std::string identity, csv_options const& options);

  [[nodiscard]] expected<bool, problem> find_delimiter(csv_options const& options);
  [[nodiscard]] expected<bool, problem> read_header();
  [[nodiscard]] cut cut_record(record& out);
  [[nodiscard]] bool reject_line(record& out, cut why);
  [[nodiscard]] std::string describe_broken(csv_scan const& scan) const;
  void fill(record& out, csv_scan const& scan);
  void check_fields(record& out) const;

  std::unique_ptr<csv_scanner> scanner_;
  char delimiter_ = ',';
  std::uint64_t hopeless_until_ = 0;  // offset in the text: see csv_scanner::scan
  std::uint64_t looked_at_ = 0;
  std::string broken_detail_;  // of the broken record in hand
};

}  // namespace holdfast
