#include "holdfast/redact/line_redactor.hpp"

#include "redact/line_windows.hpp"
#include "redact/reading.hpp"
#include "redact/replacing.hpp"

#include <algorithm>

namespace holdfast {
namespace redact_detail {
namespace {

constexpr std::size_t look_ahead = 64 * 1024;
constexpr std::size_t context = 256;

/// How many bytes at the end of `line` only end it.
std::size_t line_end_of(std::string_view line) noexcept {
  if (!line.ends_with('\n')) return 0;
  return line.ends_with("\r\n") ? 2 : 1;
}

}  // namespace

void line_windows::feed(std::string_view piece, std::string& out) {
  while (!piece.empty()) {
    std::size_t const end = piece.find('\n');
    if (end != std::string_view::npos) {
      end_line(piece.substr(0, end + 1), out);
      piece.remove_prefix(end + 1);
      continue;
    }
    std::size_t const fits = std::min(piece.size(), line_redactor::window - held_.size());
    held_.append(piece.substr(0, fits));
    piece.remove_prefix(fits);
    if (held_.size() == line_redactor::window) advance(out);
  }
}

void line_windows::finish(std::string& out) {
  end_line({}, out);
  key_.close();
}

void line_windows::end_line(std::string_view rest, std::string& out) {
  if (held_.empty()) return take_line(rest, out);
  held_.append(rest);
  take_line(held_, out);
  held_.clear();
  handed_on_ = 0;
  statement_ = {};
}

void line_windows::take_line(std::string_view line, std::string& out) {
  // What goes to the end of its line must not take the line's end along.
  std::string_view const body = line.substr(0, line.size() - line_end_of(line));
  take_body(body, out);
  out.append(line.substr(body.size()));
}

void line_windows::take_body(std::string_view line, std::string& out) {
  if (auto const part = key_.part_of(line)) {
    std::string shown{line};
    if (part->begin < part->end) {
      shown.replace(part->begin, part->end - part->begin, redacted_mark);
    }
    open_statement statement;
    return append_replaced(out, shown, find(shown, statement));
  }
  key_.open_in(line);
  open_statement statement = statement_;
  std::vector<span> const taken = find(line, statement);
  if (handed_on_ == 0) return append_replaced(out, line, taken);
  hand_on(line.size(), taken, out);
}

std::vector<span> line_windows::find(std::string_view text, open_statement& statement) const {
  return find_all(text, by_.rules_, by_.known_.get(), text_end::whole, statement);
}

/// Hands on what can't change any more, and keeps the rest with its context.
void line_windows::advance(std::string& out) {
  open_statement statement = statement_;
  std::vector<span> const taken = find(held_, statement);
  std::size_t const end = border(taken);
  if (end <= handed_on_ + context) {
    for (span const& each : taken) {
      if (each.end > end) return shorten(each);
    }
  }
  hand_on(end, taken, out);
  std::size_t const kept_from = std::max(end, context) - context;
  bool const inside = statement.at != no_place && statement.at < end;
  statement_ = inside ? open_statement{0, statement.layers} : open_statement{};
  held_.erase(0, kept_from);
  handed_on_ = end - kept_from;
}

/// Where what is decided ends: before the look-ahead, between two words, in no secret.
std::size_t line_windows::border(std::vector<span> const& taken) const noexcept {
  std::size_t end = held_.size() - look_ahead;
  std::size_t const word = held_.find_last_of(" \t,;&", end - 1);
  if (word != std::string::npos && end - word < look_ahead) end = word + 1;
  for (span const& each : taken) {
    if (each.begin < end && end < each.end) end = each.begin;
  }
  return std::max(end, handed_on_);
}

void line_windows::hand_on(std::size_t end, std::vector<span> const& taken,
                           std::string& out) const {
  std::string_view const held{held_};
  std::size_t at = handed_on_;
  for (span const& each : taken) {
    if (each.begin >= end) break;
    if (each.end <= at) continue;
    if (each.begin >= at) out.append(held.substr(at, each.begin - at)).append(redacted_mark);
    at = each.end;
  }
  if (at < end) out.append(held.substr(at, end - at));
}

/// Forgets the middle of a secret that fills the window.
void line_windows::shorten(span endless) {
  std::size_t const first = std::min(endless.begin + look_ahead, endless.end);
  std::size_t const last = std::max(first, endless.end - std::min(endless.end, look_ahead));
  held_.erase(first, last - first);
}

}  // namespace redact_detail

line_redactor::line_redactor(redactor const& by)
    : windows_{std::make_unique<redact_detail::line_windows>(by)} {}
line_redactor::line_redactor(line_redactor&& other) noexcept = default;
line_redactor& line_redactor::operator=(line_redactor&& other) noexcept = default;
line_redactor::~line_redactor() = default;

void line_redactor::feed(std::string_view piece, std::string& out) { windows_->feed(piece, out); }
void line_redactor::finish(std::string& out) { windows_->finish(out); }

}  // namespace holdfast
