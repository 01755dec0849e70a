#include "holdfast/importer/text_reader.hpp"

#include "holdfast/base/contract.hpp"

#include <algorithm>
#include <utility>

#include <simdjson.h>

namespace holdfast {
namespace {

/// The first line end that counts at or behind `from`; npos if there is none.
std::size_t find_line_end(std::string_view text, bool any) {
  std::size_t const feed = text.find('\n');
  return any ? std::min(feed, text.substr(0, feed).find('\r')) : feed;
}

}  // namespace

text_reader::text_reader(text_window window, std::string identity, text_limits limits)
    : window_{std::move(window)}, limits_{limits}, identity_{std::move(identity)} {
  expects(limits.record >= 1_KiB && limits.record <= 1_GiB, "the record limit is in its range");
  expects(limits.kept_of_bad >= 1_KiB && limits.kept_of_bad <= 1_GiB,
          "what is kept of bad records is in its range");
}

source_stats text_reader::stats() const {
  source_stats known;
  known.bytes_read = window_.input().bytes().bytes_read();
  known.bytes_total = window_.input().bytes().bytes_total();
  return known;
}

std::string text_reader::describe_input() const {
  std::string const packing = window_.input().bytes().packing();
  return (packing.empty() ? "" : packing + ", ") + std::string{name_of(window_.input().encoding())};
}

problem text_reader::problem_here(std::string what, std::string remedy) const {
  return {{identity_ == "-" ? "standard input" : identity_, line_, 0},
          std::move(what),
          std::move(remedy)};
}

read_result text_reader::nothing_more() const {
  if (!window_.failed()) return {};
  read_result result;
  result.status = read_status::stopped;
  result.why = *window_.failed();
  result.why.where.line = line_;
  if (!result.why.remedy.empty()) return result;
  result.why.remedy = "fetch the file again and run the same command: it goes on from record " +
                      std::to_string(position_ + 1);
  return result;
}

read_result text_reader::deliver(record& out) {
  out.position = position_++;
  read_result result;
  result.status = read_status::record;
  return result;
}

bool text_reader::take_bad_line(record& out, line_end ends) {
  std::size_t const kept = limits_.kept_of_bad.value;
  out.bytes.clear();
  out.cells.clear();
  out.line = line_;
  for (;;) {
    std::string_view const text = window_.text();
    std::size_t const line = std::min(find_line_end(text, ends == line_end::any), text.size());
    out.bytes += text.substr(0, std::min(line, kept - out.bytes.size()));
    window_.drop(line);
    // What is left begins with the line end; a CR alone may be half of a CRLF.
    std::string_view const left = window_.text();
    if (left.size() >= 2 || left == "\n") break;
    if (!window_.grow()) {
      if (window_.failed()) return false;
      break;
    }
  }
  std::string_view const rest = window_.text();
  if (!rest.empty()) window_.drop(rest.starts_with("\r\n") ? 2 : 1);
  ++line_;
  out.raw_size = out.bytes.size();
  return true;
}

void text_reader::check_text(record& out) const {
  if (!simdjson::validate_utf8(out.bytes.data(), out.raw_size)) {
    out.rejected = rejection::invalid_utf8;
    out.detail = "not " + std::string{name_of(window_.input().encoding())};
  } else if (out.raw().find('\0') != std::string_view::npos) {
    out.rejected = rejection::embedded_nul;
    out.detail = "a NUL character in the text";
  }
}

}  // namespace holdfast
