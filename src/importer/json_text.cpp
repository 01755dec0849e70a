#include "json_text.hpp"

#include "holdfast/base/excerpt.hpp"

#include <cstddef>

namespace holdfast {
namespace {

constexpr int deepest_level = 500;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Walks over a JSON text. Each function takes one thing from the front, or answers false.
class json_walk {
 public:
  explicit json_walk(std::string_view text) : rest_{text} {}

  bool document() {
    if (!any_value(0)) return false;
    blanks();
    return rest_.empty();
  }

 private:
  bool any_value(int level) {
    blanks();
    if (rest_.empty() || level > deepest_level) return false;
    switch (rest_.front()) {
      case '{': return members(level);
      case '[': return items(level);
      case '"': return string();
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  bool items(int level) {
    take('[');
    blanks();
    if (take(']')) return true;
    do {
      if (!any_value(level + 1)) return false;
      blanks();
    } while (take(','));
    return take(']');
  }

  bool members(int level) {
    take('{');
    blanks();
    if (take('}')) return true;
    do {
      blanks();
      if (!string()) return false;
      blanks();
      if (!take(':') || !any_value(level + 1)) return false;
      blanks();
    } while (take(','));
    return take('}');
  }

  bool string() {
    if (!take('"')) return false;
    while (!rest_.empty()) {
      if (take('"')) return true;
      if (take('\\')) {
        if (!escape()) return false;
        continue;
      }
      std::size_t const length = utf8_length(rest_);
      if (length == 0 || static_cast<unsigned char>(rest_.front()) < 0x20) return false;
      rest_.remove_prefix(length);
    }
    return false;
  }

  bool escape() {
    if (!take('u')) return take_any("\"\\/bfnrt");
    for (int digit = 0; digit < 4; ++digit) {
      if (rest_.empty() || !is_hex(rest_.front())) return false;
      rest_.remove_prefix(1);
    }
    return true;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (!take_any("eE")) return true;
    take_any("+-");
    return digits();
  }

  bool digits() {
    std::size_t const before = rest_.size();
    while (!rest_.empty() && is_digit(rest_.front())) rest_.remove_prefix(1);
    return rest_.size() < before;
  }

  bool word(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  bool take(char c) { return take_any({&c, 1}); }

  bool take_any(std::string_view of) {
    if (rest_.empty() || of.find(rest_.front()) == of.npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void blanks() {
    while (take_any(" \t\r\n")) {
    }
  }

  std::string_view rest_;
};

}  // namespace

bool is_json(std::string_view text) noexcept { return json_walk{text}.document(); }

}  // namespace holdfast
