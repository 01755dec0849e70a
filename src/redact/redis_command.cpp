#include "redact/command_line.hpp"
#include "redact/directive.hpp"
#include "redact/reading.hpp"
#include "redact/scan.hpp"
#include "redact/value.hpp"

#include <algorithm>
#include <optional>

namespace holdfast::redact_detail {
namespace {

constexpr std::size_t longest_command = 512;

/// The arguments of a command, one after the other, to the end of its line. Those of a command in
/// quotes are in quotes, too: `"AUTH" "bob" "x"`.
class arguments {
 public:
  arguments(std::string_view text, std::size_t command_end) noexcept
      : text_{text}, at_{command_end}, end_{command_end + longest_command} {
    symbol next = read_symbol(text_, at_, most_layers);
    for (; next.value == '\\' || is_quote(next.value);
         next = read_symbol(text_, at_, most_layers)) {
      quoted_ = is_quote(next.value);
      layers_ = std::max(layers_, next.layers);
      at_ += next.length;
      if (quoted_) break;
    }
    bool const plus = at_ < text_.size() && text_[at_] == '+';
    if (!plus) layers_ = std::max(layers_, read_symbol(text_, at_, most_layers).layers);
  }

  [[nodiscard]] bool quoted() const noexcept { return quoted_; }
  [[nodiscard]] int layers() const noexcept { return layers_; }

  /// Commas stand between the arguments of a printed list.
  [[nodiscard]] std::optional<value> next(bool with_commas) noexcept {
    std::size_t begin = at_;
    symbol first = read_symbol(text_, begin, layers_);
    while (begin < end_ && (first.value == ' ' || (with_commas && quoted_ && first.value == ','))) {
      begin += first.length;
      first = read_symbol(text_, begin, layers_);
    }
    if (begin == at_ || begin >= end_ || is_space(first.value) || first.value == '-') return {};
    if (quoted_ && !is_quote(first.value) && first.value != '\\') return {};
    auto read = read_value(text_, begin, {.layers = layers_, .limit = longest_command});
    at_ = read ? read->after : end_;
    return read;
  }

 private:
  std::string_view text_;
  std::size_t at_;
  std::size_t end_;
  int layers_ = 0;
  bool quoted_ = false;
};

std::string_view text_of(std::string_view text, value const& read) noexcept {
  return text.substr(read.inner.begin, read.inner.end - read.inner.begin);
}

/// Whether `word` stands before `at`, with nothing but white space, quotes and numbers between.
bool follows(std::string_view text, std::size_t at, std::string_view word) noexcept {
  constexpr std::size_t longest_between = 64;
  constexpr std::string_view between = " \t,\\\"'+0123456789";
  std::size_t end = at;
  while (at - end < longest_between) {
    symbol const before = symbol_before(text, end);
    if (!before || between.find(before.value) == std::string_view::npos) break;
    end -= before.length;
  }
  if (end == at || end < word.size()) return false;
  std::size_t const begin = end - word.size();
  return equals_folded(text.substr(begin, word.size()), word) && word_may_begin(text, begin);
}

/// `AUTH x`, `AUTH bob x`: nothing says whether a second word still belongs to the command, so both
/// go, unless the first is `default`, the user that every server has.
finding find_auth(scan const& seen, std::size_t at, std::size_t end) noexcept {
  std::string_view const text = seen.text;
  symbol const behind = read_symbol(text, end, most_layers);
  if (!is_space(behind.value) && !is_quote(behind.value) && behind.value != '\\') return {};
  arguments all{text, end};
  bool const hello = follows(text, at, "hello");
  bool const argument = (seen.program & auth_a) != 0 && at < seen.program_ends;
  bool const named = text.substr(at, end - at) == "AUTH" || all.quoted();
  if (!hello && !argument && !(named && begins_command(text, at))) return {};
  auto const first = all.next(hello || argument);
  if (!first) return {};
  bool const user = hello || equals_folded(text_of(text, *first), "default");
  if (!user && is_placeholder(text_of(text, *first), all.layers())) return found{{}, first->after};
  auto const second = all.next(hello || argument);
  bool const two = second && !is_placeholder(text_of(text, *second), all.layers());
  if (user) return two ? found{second->inner, second->after} : found{{}, first->after};
  if (!two) return found{first->inner, first->after};
  return found{{first->inner.begin, second->inner.end}, second->after};
}

/// `ACL SETUSER bob on >x ~* <y`: all from the first password to the last one goes together.
finding find_acl_rules(scan const& seen, std::size_t at, std::size_t end) noexcept {
  std::string_view const text = seen.text;
  if (!follows(text, at, "acl")) return {};
  arguments all{text, end};
  auto rule = all.next(true);  // the name of the user
  span taken;
  while (rule && (rule = all.next(true))) {
    symbol const sign = read_symbol(text, rule->inner.begin, all.layers());
    if (sign.value != '>' && sign.value != '<') continue;
    span const word{rule->inner.begin + sign.length, rule->inner.end};
    if (is_placeholder(text.substr(word.begin, word.end - word.begin), all.layers())) continue;
    taken = {taken.end == 0 ? word.begin : taken.begin, word.end};
  }
  return taken.end == 0 ? finding{} : found{taken, taken.end};
}

}  // namespace

finding find_redis_secret(scan& seen, std::size_t at, std::size_t length) noexcept {
  constexpr std::string_view auth = "auth";
  return length == auth.size() ? find_auth(seen, at, at + length)
                               : find_acl_rules(seen, at, at + length);
}

}  // namespace holdfast::redact_detail
