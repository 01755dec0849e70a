#include "redact/separator.hpp"

#include "redact/reading.hpp"

#include <algorithm>

namespace holdfast::redact_detail {
namespace {

/// Reads on from a name's end and remembers how deeply encoded what was read is.
class walker {
 public:
  walker(std::string_view text, std::size_t at) noexcept : text_{text}, at_{at} {}

  [[nodiscard]] symbol next() const noexcept { return read_symbol(text_, at_, most_layers); }
  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  [[nodiscard]] int layers() const noexcept { return layers_; }

  void take(symbol const& read) noexcept {
    at_ += read.length;
    layers_ = std::max(layers_, read.layers);
  }
  bool take(std::string_view any_of) noexcept {
    symbol const read = next();
    if (!read || any_of.find(read.value) == std::string_view::npos) return false;
    take(read);
    return true;
  }
  /// White space of at most 64 symbols. A plus is one only where percent-encoding was seen.
  bool take_spaces() noexcept {
    std::size_t taken = 0;
    for (; taken < 64; ++taken) {
      symbol const read = next();
      bool const plus = read && text_[at_] == '+' && layers_ == 0;
      if (!read || !is_space(read.value) || plus) break;
      take(read);
    }
    return taken > 0;
  }
  /// The quote of a name and the backslashes before it.
  bool take_quote() noexcept {
    walker ahead{*this};
    for (int slashes = 0; slashes < 8 && ahead.take("\\"); ++slashes) {
    }
    if (!ahead.take("\"'`")) return false;
    *this = ahead;
    return true;
  }
  /// The bracket of `[name] => x` and of `user[name]=x`, but not that of an index in a program.
  void take_bracket() noexcept {
    walker ahead{*this};
    if (!ahead.take("]")) return;
    walker const behind{ahead};
    bool const apart = ahead.take_spaces();
    if (!ahead.take("=")) return;
    bool const field = apart ? ahead.take(">") : ahead.next().value != '=';
    if (field) *this = behind;
  }
  /// `,"value":` of {"name": "X", "value": "Y"}, `value=` of <add key="X" value="Y">.
  bool take_value_key() noexcept {
    walker ahead{*this};
    ahead.take(",");
    ahead.take_spaces();
    ahead.take_quote();
    constexpr std::string_view word = "value";
    if (!equals_folded(text_.substr(ahead.at_, word.size()), word)) return false;
    ahead.at_ += word.size();
    ahead.take_quote();
    ahead.take_spaces();
    if (!ahead.take(":=")) return false;
    *this = ahead;
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_;
  int layers_ = 0;
};

/// The rest of an operator whose first sign was taken: `=` of `:=`, `=>`, `::=`.
bool take_operator(walker& reading, char first) noexcept {
  if (first == ':') {
    // `::` alone is of C++; `::=` and `:::=` assign.
    int colons = 1;
    while (colons < 4 && reading.take(":")) ++colons;
    if (colons == 2 && is_space(reading.next().value)) return true;  // `name:: base64` of LDIF
    return reading.take("=") || colons == 1;
  }
  if (first == '?' || first == '!') {  // `?=`, and `!=` of a comparison
    bool const whole = reading.take("=");
    reading.take("=");
    return whole;
  }
  if (first == '|') {  // `X || "default"`, `||=`, `||:`
    bool const twice = reading.take("|");
    reading.take("=:");
    return twice;
  }
  reading.take("=>");
  reading.take("=>");
  return true;
}

}  // namespace

std::optional<separator> read_separator(std::string_view text, std::size_t at) noexcept {
  walker reading{text, at};
  bool const quoted = reading.take_quote();
  if (quoted) reading.take("])");
  if (quoted && reading.take_value_key()) {
    reading.take_spaces();
    return separator{sign::equals, reading.layers(), reading.at()};
  }
  if (!quoted) reading.take_bracket();
  if (reading.take(">")) return separator{sign::element, reading.layers(), reading.at()};
  if (!quoted && reading.take("(")) {
    bool const argument = is_quote(reading.next().value) || reading.next().value == '\\';
    if (!argument) return std::nullopt;
    return separator{sign::call, reading.layers(), reading.at()};
  }
  bool const spaces = reading.take_spaces();
  if (spaces && reading.take_value_key()) {
    reading.take_spaces();
    return separator{sign::equals, reading.layers(), reading.at()};
  }
  symbol const first = reading.next();
  if (first && std::string_view{"=:?!|"}.find(first.value) != std::string_view::npos) {
    reading.take(first);
    if (!take_operator(reading, first.value)) return std::nullopt;
    bool const wide = reading.take_spaces();
    bool const colon = first.value == ':' && wide;
    separator by{colon ? sign::colon : sign::equals, reading.layers(), reading.at()};
    by.trailing = wide && !spaces && !colon;
    return by;
  }
  if (reading.take(",")) {
    reading.take_spaces();
    return separator{sign::comma, reading.layers(), reading.at()};
  }
  if (spaces || quoted) return separator{sign::space, reading.layers(), reading.at()};
  return std::nullopt;
}

}  // namespace holdfast::redact_detail
