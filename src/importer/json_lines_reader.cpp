#include "holdfast/importer/json_lines_reader.hpp"

#include "holdfast/base/excerpt.hpp"
#include "json_element.hpp"
#include "json_record_parser.hpp"
#include "json_strict.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

constexpr std::string_view blanks = " \t\r\n";

}  // namespace

json_lines_reader::json_lines_reader(text_window window, std::string identity, text_limits limits)
    : text_reader{std::move(window), std::move(identity), limits},
      parser_{std::make_unique<json_record_parser>(limits.columns)} {}

json_lines_reader::~json_lines_reader() = default;

std::string json_lines_reader::describe() const {
  return (was_array_ ? "JSON array, " : "JSON Lines, ") + describe_input();
}

read_result json_lines_reader::read(record& out) {
  skip_blanks();
  if (layout_ == layout::unknown) layout_ = see_layout();
  found got = found::nothing;
  if (layout_ == layout::before_element || layout_ == layout::behind_element) {
    got = cut_element(out);
  }
  if (layout_ == layout::lines) {
    skip_blanks();
    got = cut_line(out);
  }
  if (got == found::record) return deliver(out);
  if (layout_ != layout::broken) return nothing_more();
  read_result result;
  result.status = read_status::stopped;
  result.why = broken_;
  return result;
}

/// Whether there is text in the window; reads on where it is empty.
bool json_lines_reader::has_text() { return !window_.text().empty() || window_.grow(); }

void json_lines_reader::skip_blanks() {
  while (has_text()) {
    std::string_view const text = window_.text();
    std::size_t const size = std::min(text.find_first_not_of(blanks), text.size());
    line_ += static_cast<std::uint64_t>(std::ranges::count(text.substr(0, size), '\n'));
    window_.drop(size);
    if (size != text.size()) return;
  }
}

// An array is taken for one of records only if it is empty or its first element is an object, so
// that a line that happens to be an array costs that line alone.
json_lines_reader::layout json_lines_reader::see_layout() {
  if (!window_.text().starts_with('[')) return layout::lines;
  std::size_t at = std::string_view::npos;
  do {
    at = window_.text().substr(0, limits_.record.value).find_first_not_of(blanks, 1);
  } while (at == std::string_view::npos && window_.text().size() < limits_.record.value &&
           window_.grow());
  was_array_ =
      at != std::string_view::npos && (window_.text()[at] == '{' || window_.text()[at] == ']');
  if (!was_array_) return layout::lines;
  window_.drop(1);
  return layout::before_element;
}

json_lines_reader::found json_lines_reader::cut_line(record& out) {
  std::size_t const limit = limits_.record.value;
  for (std::size_t looked_at = 0;;) {
    std::string_view const text = window_.text();
    std::size_t const feed = text.find('\n', looked_at);
    std::size_t const size = std::min(feed, text.size());
    if (size > limit) {
      out.clear();
      out.rejected = rejection::too_large;
      out.detail = "longer than the limit of " + to_text(limits_.record);
      return take_bad_line(out, line_end::lf) ? found::record : found::nothing;
    }
    if (feed != std::string_view::npos || (window_.ended() && size != 0)) {
      take(out, size);
      return found::record;
    }
    looked_at = size;
    if (!window_.grow() && (window_.failed() || size == 0)) return found::nothing;
  }
}

json_lines_reader::found json_lines_reader::cut_element(record& out) {
  if (!to_next_element()) return found::nothing;
  json_element element;
  for (;;) {
    std::size_t const end = element.end_in(window_.text());
    if (std::min(end, window_.text().size()) > limits_.record.value) {
      return stop_in_array("an element is longer than the limit of " + to_text(limits_.record));
    }
    if (end != json_element::open) {
      auto const breaks = std::ranges::count(window_.text().substr(0, end), '\n');
      take(out, end);
      line_ += static_cast<std::uint64_t>(breaks);
      layout_ = layout::behind_element;
      return found::record;
    }
    if (!window_.grow()) {
      if (window_.failed()) return found::nothing;
      return stop_in_array("the array does not end: the file was cut");
    }
  }
}

// Goes behind the comma, or behind the end of the array, where lines may follow.
bool json_lines_reader::to_next_element() {
  for (;;) {
    skip_blanks();
    if (window_.text().empty()) {
      if (!window_.failed()) {
        static_cast<void>(stop_in_array("the array does not end: the file was cut"));
      }
      return false;
    }
    char const next = window_.text().front();
    if (next == ']') {
      window_.drop(1);
      layout_ = layout::lines;
      return false;
    }
    if (layout_ == layout::before_element) return true;
    if (next != ',') {
      static_cast<void>(
          stop_in_array("a comma or ] is missing before " + excerpt(window_.text().substr(0, 1))));
      return false;
    }
    window_.drop(1);
    layout_ = layout::before_element;
  }
}

json_lines_reader::found json_lines_reader::stop_in_array(std::string what) {
  layout_ = layout::broken;
  broken_ = problem_here(
      std::move(what),
      "mend the file, or turn it into one object a line: jq -c '.[]' FILE > NEW.jsonl");
  return found::nothing;
}

void json_lines_reader::take(record& out, std::size_t size) {
  std::string_view const text = window_.text().substr(0, size);
  out.clear();
  out.line = line_;
  out.bytes.assign(trimmed_json(text));
  out.raw_size = out.bytes.size();
  if (window_.suspect()) check_text(out);
  window_.drop(size);
  if (out.rejected == rejection::none) parser_->parse(out, names_);
}

}  // namespace holdfast
