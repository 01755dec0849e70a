#include "redact/reading.hpp"
#include "redact/scan.hpp"

#include <algorithm>

namespace holdfast::redact_detail {
namespace {

bool in_local_part(char c) noexcept { return is_word(c) || c == '.' || c == '-' || c == '+'; }
bool in_domain(char c) noexcept { return is_alnum(c) || c == '-' || c == '.'; }

/// Whether the digits, read from the right, pass the check of ISO/IEC 7812-1, annex B.
class luhn_sum {
 public:
  void add(char digit) noexcept {
    int const value = digit - '0';
    int const doubled = value * 2 > 9 ? value * 2 - 9 : value * 2;
    // Which digits count double is known only at the end, so both sums are kept.
    int const single_first = even_ + value;
    even_ = odd_ + doubled;
    odd_ = single_first;
    ++count_;
  }
  [[nodiscard]] int count() const noexcept { return count_; }
  [[nodiscard]] bool valid() const noexcept { return odd_ % 10 == 0; }

 private:
  int odd_ = 0;   ///< the sum if the last digit counts once
  int even_ = 0;  ///< the sum if it counts double
  int count_ = 0;
};

/// Digits in groups, with one sign between them, that begin at `at`.
struct number {
  luhn_sum luhn{};
  std::size_t end = 0;
  int groups = 1;
};

number read_number(std::string_view text, std::size_t at) noexcept {
  number read{.end = at};
  while (at < text.size() && read.luhn.count() < 24) {
    symbol const next = read_symbol(text, at, most_layers);
    if (is_digit(next.value) && next.length == 1) {
      read.luhn.add(next.value);
      read.end = ++at;
      continue;
    }
    constexpr std::string_view between = " -.()/";
    std::size_t after = at + next.length;
    if (between.find(next.value) == std::string_view::npos) break;
    // `) ` and ` (` are two signs.
    symbol const second = read_symbol(text, after, most_layers);
    bool const brackets = next.value == ')' || second.value == '(';
    if (brackets && between.find(second.value) != std::string_view::npos) after += second.length;
    if (after >= text.size() || !is_digit(text[after])) break;
    at = after;
    ++read.groups;
  }
  return read;
}

bool is_card(number const& read, char first) noexcept {
  return read.luhn.count() >= 13 && read.luhn.count() <= 19 && read.luhn.valid() && first >= '2' &&
         first <= '6';
}

}  // namespace

finding find_address(scan& seen, std::size_t at, std::size_t length) noexcept {
  std::string_view const text = seen.text;
  std::size_t begin = at;
  while (begin > seen.done && at - begin < 64 && in_local_part(text[begin - 1])) {
    if (is_word(text[begin - 1]) && word_may_begin(text, begin)) break;
    --begin;
  }
  std::size_t end = at + length;
  std::size_t dots = 0;
  while (end < text.size() && end - at < 255 && in_domain(text[end])) dots += text[end++] == '.';
  while (end > at + length && (text[end - 1] == '.' || text[end - 1] == '-')) {
    dots -= text[--end] == '.';
  }
  if (begin == at || dots == 0) return std::nullopt;
  return found{{begin, end}, end};
}

finding find_number(scan& seen, std::size_t at) noexcept {
  std::string_view const text = seen.text;
  bool const plus = text[at] == '+';
  std::size_t const encoded = text.substr(at, 3) == "%2B" ? 3 : plus ? 1 : 0;
  if (!word_may_begin(text, at)) return std::nullopt;
  std::size_t const begin = at + encoded;
  if (begin >= text.size() || !is_digit(text[begin])) return std::nullopt;
  number const read = read_number(text, begin);
  bool const over = read.end >= text.size() || !is_word(text[read.end]);
  int const digits = read.luhn.count();
  bool const telephone = encoded > 0 && text[begin] != '0' && digits >= 8 && digits <= 15;
  if (over && (telephone || is_card(read, text[begin]))) return found{{at, read.end}, read.end};
  // The rest of these digits is no number of its own.
  std::size_t end = begin;
  while (end < text.size() && is_word(text[end]) && end - begin < 64) ++end;
  return found{{}, std::max(end, at + 1)};
}

}  // namespace holdfast::redact_detail
