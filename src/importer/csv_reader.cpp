#include "holdfast/importer/csv_reader.hpp"

#include "csv_scanner.hpp"
#include "holdfast/importer/csv_dialect.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

constexpr std::size_t longest_line_end = 2;

/// Puts the texts of cells with doubled quotes behind the raw bytes, single quotes in them.
void undouble(record& of, std::vector<std::uint32_t> const& cells) {
  for (std::uint32_t const number : cells) {
    cell& mended = of.cells[number];
    auto const start = static_cast<std::uint32_t>(of.bytes.size());
    std::size_t const end = std::size_t{mended.offset} + mended.size;
    for (std::size_t at = mended.offset; at < end; ++at) {
      of.bytes += of.bytes[at];
      if (of.bytes[at] == '"') ++at;
    }
    mended.offset = start;
    mended.size = static_cast<std::uint32_t>(of.bytes.size()) - start;
  }
}

}  // namespace

csv_reader::csv_reader(text_window window, std::string identity, csv_options const& options)
    : text_reader{std::move(window), std::move(identity), options.limits} {}

csv_reader::~csv_reader() = default;

expected<std::unique_ptr<csv_reader>, problem> csv_reader::open(text_window window,
                                                                std::string identity,
                                                                csv_options options) {
  std::unique_ptr<csv_reader> opened{
      new csv_reader{std::move(window), std::move(identity), options}};
  auto const found = opened->find_delimiter(options);
  if (!found) return unexpected{found.error()};
  auto const named = opened->read_header();
  if (!named) return unexpected{named.error()};
  return opened;
}

expected<bool, problem> csv_reader::find_delimiter(csv_options const& options) {
  std::size_t const limit = limits_.record.value;
  std::size_t end = header_end(window_.text());
  while (end > limit && window_.text().size() < limit && window_.grow()) {
    end = header_end(window_.text());
  }
  if (window_.failed() && end > limit) return unexpected{*window_.failed()};
  delimiter_ = options.delimiter != '\0'
                   ? options.delimiter
                   : sniff_delimiter(window_.text().substr(0, std::min(end, limit)));
  scanner_ = std::make_unique<csv_scanner>(delimiter_);
  return true;
}

expected<bool, problem> csv_reader::read_header() {
  record header;
  cut found = cut::blank;
  while (found == cut::blank) found = cut_record(header);
  switch (found) {
    case cut::record: break;
    case cut::broken:
      return unexpected{problem_here("the header can't be read: " + broken_detail_,
                                     "close the quote, or double the quotes inside the field")};
    case cut::too_large:
      return unexpected{problem_here(
          "the header line is longer than the limit of one record, " + to_text(limits_.record),
          "check that this is a CSV file")};
    default:
      if (window_.failed()) return unexpected{*window_.failed()};
      return unexpected{problem_here("there is no header line: the file is empty",
                                     "the first line of a CSV file must name its columns")};
  }
  if (header.rejected == rejection::embedded_nul) {
    return unexpected{problem_here("the header holds NUL characters",
                                   "if the file is UTF-16 without a byte order mark: "
                                   "iconv -f UTF-16LE -t UTF-8 FILE > NEW")};
  }
  for (cell const& name : header.cells) names_.add(header.text(name));
  return true;
}

// Takes the record at the beginning of the window, if it is one. What is wrong with it stays there.
csv_reader::cut csv_reader::cut_record(record& out) {
  std::size_t const limit = limits_.record.value;
  for (;;) {
    // Never more than a record may have, so that what comes of it does not hang on the refills.
    std::string_view const text = window_.text().substr(0, limit + longest_line_end);
    bool const last = window_.ended() && text.size() == window_.text().size();
    if (last && text.empty()) return cut::nothing;
    std::uint64_t const here = window_.offset();
    auto const scan = scanner_->scan(text, last, hopeless_until_ - std::min(here, hopeless_until_));
    looked_at_ += scan.looked_at;
    bool const whole = scan.verdict == csv_verdict::record;
    if (whole && scan.size <= limit) {
      fill(out, scan);
      return scan.size == 0 ? cut::blank : cut::record;
    }
    bool const broken = scan.verdict >= csv_verdict::unclosed;
    if (whole || broken || text.size() == limit + longest_line_end) {
      if (!broken && scan.line_breaks == 0) return cut::too_large;
      hopeless_until_ = std::max(hopeless_until_, here + scan.looked_at);
      broken_detail_ = describe_broken(scan);
      return cut::broken;
    }
    if (!window_.grow() && !window_.ended()) return cut::nothing;
  }
}

void csv_reader::fill(record& out, csv_scan const& scan) {
  out.clear();
  out.line = line_;
  out.bytes.assign(window_.text().substr(0, scan.size));
  out.raw_size = scan.size;
  out.cells.assign(scanner_->cells().begin(), scanner_->cells().end());
  undouble(out, scanner_->doubled());
  if (window_.suspect()) check_text(out);
  window_.drop(scan.next);
  line_ += scan.line_breaks + (scan.next != scan.size ? 1 : 0);
}

void csv_reader::check_fields(record& out) const {
  std::size_t const width = columns().size();
  if (out.rejected == rejection::none && out.cells.size() != width) {
    out.rejected = rejection::ragged;
    out.detail = std::to_string(out.cells.size()) +
                 (out.cells.size() == 1 ? " field where" : " fields where") + " the header has " +
                 std::to_string(width);
  }
  if (out.rejected != rejection::none) out.cells.clear();
}

// Rejects the first line of what can't be a record.
bool csv_reader::reject_line(record& out, cut why) {
  out.clear();
  if (why == cut::too_large) {
    out.rejected = rejection::too_large;
    out.detail = "longer than the limit of " + to_text(limits_.record);
  } else {
    out.rejected = rejection::broken_quote;
    out.detail = broken_detail_;
  }
  return take_bad_line(out, line_end::any);
}

std::string csv_reader::describe_broken(csv_scan const& scan) const {
  bool const trailing = scan.verdict == csv_verdict::trailing;
  std::string const field =
      "field " + std::to_string(scanner_->cells().size() + (trailing ? 0 : 1));
  // Text behind a closing quote some lines below tells that the quote was closed by chance.
  return trailing && scan.line_breaks == 0 ? field + " has text behind its closing quote"
                                           : field + " opens a quote that is not closed";
}

std::string csv_reader::describe() const {
  return "CSV, " + std::string{name_of_delimiter(delimiter_)} + ", " + describe_input();
}

read_result csv_reader::read(record& out) {
  cut found = cut::blank;
  while (found == cut::blank) found = cut_record(out);
  if (found == cut::nothing) return nothing_more();
  if (found == cut::record) {
    check_fields(out);
  } else if (!reject_line(out, found)) {
    return nothing_more();
  }
  return deliver(out);
}

}  // namespace holdfast
