#include "redact/reading.hpp"
#include "redact/scan.hpp"
#include "redact/value.hpp"

namespace holdfast::redact_detail {
namespace {

constexpr std::size_t longest_piece = 1024;

/// What is quoted is no secret as it stands, but may begin with one: `"word@host"`, where a
/// password with an `@` in it was taken for the end of the password.
bool keep_login_alone(std::string_view text, value& quoted) noexcept {
  std::string_view const inner =
      text.substr(quoted.inner.begin, quoted.inner.end - quoted.inner.begin);
  auto const sign = inner.rfind('@');
  if (sign == std::string_view::npos) return false;
  quoted.inner.end = quoted.inner.begin + sign;
  return true;
}

}  // namespace

finding find_complaint(scan& seen, std::size_t at, std::size_t length) noexcept {
  auto quoted = read_quoted(seen.text, at + length, {.limit = longest_piece});
  if (!quoted) return std::nullopt;
  std::string_view const word = seen.text.substr(at, length);
  std::string_view const rest = seen.text.substr(quoted->after);
  // What was cut may have been any of it.
  if (quoted->closed && equals_folded(word, "integer value ") &&
      !rest.starts_with(" for connection option")) {
    return std::nullopt;
  }
  if (quoted->closed && equals_folded(word, "translate host name ") &&
      !keep_login_alone(seen.text, *quoted)) {
    return std::nullopt;
  }
  return take_unless_placeholder(seen.text, *quoted, 0);
}

}  // namespace holdfast::redact_detail
