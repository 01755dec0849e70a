#include "csv_scanner.hpp"

namespace holdfast {
namespace {

constexpr std::size_t index_of(char c) { return static_cast<unsigned char>(c); }

char const* skip_until(std::array<bool, 256> const& stops, char const* at, char const* end) {
  while (end - at >= 4) {
    if (stops[index_of(at[0])]) return at;
    if (stops[index_of(at[1])]) return at + 1;
    if (stops[index_of(at[2])]) return at + 2;
    if (stops[index_of(at[3])]) return at + 3;
    at += 4;
  }
  while (at != end && !stops[index_of(*at)]) ++at;
  return at;
}

}  // namespace

csv_scanner::csv_scanner(char delimiter) : delimiter_{delimiter} {
  for (char const c : {'\n', '\r'}) ends_plain_[index_of(c)] = ends_quoted_[index_of(c)] = true;
  ends_plain_[index_of(delimiter)] = true;
  ends_quoted_[index_of('"')] = true;
}

csv_scan csv_scanner::scan(std::string_view text, bool last, std::size_t hopeless) {
  begin_ = at_ = text.data();
  end_ = begin_ + text.size();
  last_ = last;
  hopeless_ = hopeless;
  line_breaks_ = 0;
  cells_.clear();
  doubled_.clear();
  for (;;) {
    bool const quoted = at_ != end_ && *at_ == '"';
    switch (quoted ? quoted_field() : plain_field()) {
      case step::field: break;
      case step::unfinished: return stopped_at(csv_verdict::unfinished);
      case step::unclosed: return stopped_at(csv_verdict::unclosed);
      case step::trailing: return stopped_at(csv_verdict::trailing);
    }
    if (at_ == end_ || *at_ != delimiter_) return record_ends();
    ++at_;
  }
}

csv_scanner::step csv_scanner::plain_field() {
  char const* const from = at_;
  at_ = skip_until(ends_plain_, at_, end_);
  if (at_ == end_ && !last_) return step::unfinished;
  add_cell(from, at_);
  return step::field;
}

// A quote is the closing one unless it is doubled; line breaks are data.
csv_scanner::step csv_scanner::quoted_field() {
  char const* const from = ++at_;
  bool doubled = false;
  for (;;) {
    at_ = skip_until(ends_quoted_, at_, end_);
    if (at_ == end_) return last_ ? step::unclosed : step::unfinished;
    bool const known = at_ + 1 != end_;  // whether the byte behind is there to be seen
    if (!known && !last_) return step::unfinished;
    if (*at_ == '"') {
      if (!known || at_[1] != '"') break;
      doubled = true;
      at_ += 2;
      continue;
    }
    if (static_cast<std::size_t>(at_ - begin_) < hopeless_) return step::unclosed;
    at_ += *at_ == '\r' && known && at_[1] == '\n' ? 2 : 1;
    ++line_breaks_;
  }
  if (doubled) doubled_.push_back(static_cast<std::uint32_t>(cells_.size()));
  add_cell(from, at_);
  ++at_;
  return at_ == end_ || ends_plain_[index_of(*at_)] ? step::field : step::trailing;
}

void csv_scanner::add_cell(char const* from, char const* to) {
  auto const size = static_cast<std::uint32_t>(to - from);
  cells_.push_back({size == 0 ? cell_kind::absent : cell_kind::text,
                    static_cast<std::uint32_t>(from - begin_), size});
}

csv_scan csv_scanner::stopped_at(csv_verdict verdict) const {
  auto const looked_at = static_cast<std::size_t>(at_ - begin_);
  return {verdict, 0, 0, line_breaks_, looked_at};
}

csv_scan csv_scanner::record_ends() const {
  auto const size = static_cast<std::size_t>(at_ - begin_);
  if (at_ == end_) {
    return {csv_verdict::record, size, size, line_breaks_, size};
  }
  bool const known = at_ + 1 != end_;
  if (*at_ == '\r' && !known && !last_) return stopped_at(csv_verdict::unfinished);
  std::size_t const line_end = *at_ == '\r' && known && at_[1] == '\n' ? 2 : 1;
  return {csv_verdict::record, size, size + line_end, line_breaks_, size + line_end};
}

}  // namespace holdfast
