#include "redact/key_lines.hpp"

#include "holdfast/redact/redactor.hpp"
#include "redact/reading.hpp"

#include <algorithm>

namespace holdfast::redact_detail {
namespace {

constexpr std::size_t longest_line = 4096;
constexpr std::size_t longest_before = 512;

std::string_view trimmed(std::string_view line) noexcept {
  constexpr std::string_view around = " \t\r\n\"'|>#*";
  std::size_t const begin = line.find_first_not_of(around);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(around) - begin + 1);
}

/// Where a key begins in `line` and goes on behind it: PEM and PGP, SSH2, PuTTY.
std::size_t begin_of_key(std::string_view line) noexcept {
  constexpr std::string_view putty = "Private-Lines:";
  if (std::size_t const lines = line.rfind(putty); lines != std::string_view::npos) return lines;
  std::size_t const key = line.rfind("PRIVATE KEY");
  if (key == std::string_view::npos) return key;
  for (std::string_view const mark : {"-----BEGIN", "---- BEGIN"}) {
    std::size_t const begin = line.rfind(mark, key);
    if (begin == std::string_view::npos) continue;
    bool const ended = line.find("-----END", begin) != std::string_view::npos ||
                       line.find("---- END", begin) != std::string_view::npos;
    return ended ? std::string_view::npos : begin;
  }
  return std::string_view::npos;
}

char kind_of(char c) noexcept { return is_alnum(c) ? 'a' : is_space(c) ? ' ' : c; }

/// Where `line` goes on behind a beginning that looks like `shape`, with other times, numbers and
/// words of other lengths; 0 where it does not begin so.
std::size_t end_of_shape(std::string_view line, std::string_view shape) noexcept {
  std::size_t end = 0;
  for (std::size_t i = 0; i < shape.size();) {
    char const kind = kind_of(shape[i]);
    if (end >= line.size() || kind_of(line[end]) != kind) return 0;
    bool const run = kind == 'a' || kind == ' ';
    do ++i;
    while (run && i < shape.size() && kind_of(shape[i]) == kind);
    do ++end;
    while (run && end < line.size() && kind_of(line[end]) == kind);
  }
  return end;
}

bool is_base64(char c) noexcept {
  return is_alnum(c) || c == '+' || c == '/' || c == '=' || c == ',';
}

/// `Version: GnuPG v2`, `DEK-Info: ...`.
bool is_header(std::string_view body) noexcept {
  std::size_t const colon = body.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 64) return false;
  if (colon + 1 < body.size() && body[colon + 1] != ' ') return false;
  return std::ranges::all_of(body.substr(0, colon), [](char c) { return is_alnum(c) || c == '-'; });
}

}  // namespace

void key_lines::open_in(std::string_view line) {
  std::size_t const begin = begin_of_key(line);
  open_ = begin != std::string_view::npos;
  if (!open_) return;
  std::string_view before = line.substr(0, begin);
  before = before.substr(0, before.find_last_not_of(" \t") + 1);
  before_ = before.size() <= longest_before ? before : std::string_view{};
  body_seen_ = false;
  empty_seen_ = false;
}

std::optional<span> key_lines::part_of(std::string_view line) noexcept {
  if (!open_) return std::nullopt;
  auto const part = line.size() <= longest_line ? judge(line) : std::nullopt;
  open_ = part.has_value();
  return part;
}

/// A key without its end is not followed for ever: the first line that is none of it ends it.
std::optional<span> key_lines::judge(std::string_view line) noexcept {
  std::size_t const behind = end_of_shape(line, before_);
  std::string_view const body = trimmed(line.substr(behind));
  if (body.empty()) {
    bool const first = !empty_seen_ && !body_seen_;
    empty_seen_ = true;
    return first ? std::optional{span{}} : std::nullopt;
  }
  std::size_t const begin = static_cast<std::size_t>(body.data() - line.data());
  if (is_header(body)) {
    if (body_seen_ || empty_seen_) return std::nullopt;
    bool const of_pem = body.starts_with("Proc-Type:") || body.starts_with("DEK-Info:");
    return of_pem ? span{behind == 0 ? 0 : begin, line.size()} : span{};
  }
  body_seen_ = true;
  if (body == redacted_mark) return span{};
  if (behind != 0) {
    if (auto const part = base64_in(line, begin)) return part;
  }
  std::string_view const whole = trimmed(line);
  bool const plain = whole.size() <= 1024 &&
                     std::ranges::all_of(whole, [](char c) { return is_base64(c) || c == '\\'; });
  if (plain) return span{0, line.size()};
  constexpr std::size_t least = 40;  // other words are none of a key
  std::size_t const word = whole.find_last_of(" \t") + 1;
  bool const last = whole.size() - word >= least &&
                    std::ranges::all_of(whole.substr(word), is_base64) && !before_.empty();
  if (!last) return std::nullopt;
  std::size_t const at = static_cast<std::size_t>(whole.data() - line.data()) + word;
  return span{at, line.size()};
}

/// Base64 from `begin` on to the end of the line, or of the quotes in which the line was logged.
std::optional<span> key_lines::base64_in(std::string_view line, std::size_t begin) noexcept {
  std::size_t end = begin;
  while (end < line.size() && is_base64(line[end])) ++end;
  std::string_view const rest = line.substr(end);
  bool const over = trimmed(rest).empty() || rest.front() == '"' || rest.front() == '\\';
  if (end == begin || !over) return std::nullopt;
  return span{begin, end};
}

}  // namespace holdfast::redact_detail
