#include "classify/rules/possible_code.hpp"

#include "classify/rules/fits_code.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

namespace holdfast::rules_detail {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_small(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

std::string in_capitals(std::string text) {
  for (char& c : text) {
    if (is_small(c)) c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

/// Whether a code, or class of codes, can begin so.
bool may_begin(std::string_view code, std::string_view beginning) {
  if (code.ends_with('*')) {
    code.remove_suffix(1);
    beginning = beginning.substr(0, code.size());
  }
  return code.size() >= beginning.size() && fits_code(code.substr(0, beginning.size()), beginning);
}

/// Of codes that are shown by their names, but for the numbers that have none.
std::optional<std::string> instead_of_name(std::string_view kind, std::string_view beginning,
                                           std::string const& code, bool (*has_name)(int)) {
  if (may_begin(code, beginning)) return std::nullopt;
  std::string const capitals = in_capitals(code);
  if (capitals != code && may_begin(capitals, beginning)) return "did you mean " + capitals + "?";
  int number = 0;
  char const* const last = code.data() + code.size();
  auto const [end, error] = std::from_chars(code.data(), last, number);
  bool const is_number = error == std::errc{} && end == last;
  if (is_number && !has_name(number)) return std::nullopt;
  if (!is_number) return "a name that begins with " + std::string{beginning};
  return "its name, which holdfast explain " + std::string{kind} + " " + code + " tells";
}

/// Of codes of a fixed length; whether each character may be there.
template <typename Allowed>
bool has_form(std::string_view code, std::size_t size, Allowed allowed) {
  bool const is_class = code.ends_with('*');
  if (is_class) code.remove_suffix(1);
  if (is_class ? code.size() > size : code.size() != size) return false;
  return std::ranges::all_of(code, [&](char c) { return c == 'x' || allowed(c); });
}

std::optional<std::string> instead_of_status(std::string const& code) {
  bool const begins_well =
      code.front() == 'x' || code.front() == '*' || (code.front() >= '1' && code.front() <= '9');
  if (begins_well && has_form(code, 3, is_digit)) return std::nullopt;
  std::string small = code;
  std::ranges::replace(small, 'X', 'x');
  if (small != code && !instead_of_status(small)) return "did you mean " + small + "?";
  return "a status of three digits, or a class such as 5xx";
}

std::optional<std::string> instead_of_sqlstate(std::string const& code) {
  auto const allowed = [](char c) { return is_digit(c) || is_capital(c); };
  if (code == "none" || has_form(code, 5, allowed)) return std::nullopt;
  return "five digits or capitals such as 40P01, a class such as 40*, or none";
}

std::optional<std::string> instead_of_exit(std::string const& code) {
  if (may_begin(code, "SIG")) return std::nullopt;
  for (int number = 0; number <= 255; ++number) {
    if (fits_code(code, std::to_string(number))) return std::nullopt;
  }
  return "0 .. 255, or a signal such as SIGKILL";
}

// Every number of these ranges has a name.
bool is_named_errno(int number) { return number > 0 && number <= 133; }
bool is_named_curl(int number) { return number > 0 && number <= 99; }
bool is_named_sqlite(int number) { return number > 0 && (number & 0xFF) <= 26; }
bool is_named_getaddrinfo(int number) { return number < 0 && number >= -12; }

}  // namespace

std::optional<std::string> instead_of_impossible(code_kind kind, std::string const& code) {
  switch (kind) {
    case code_kind::http: return instead_of_status(code);
    case code_kind::sqlstate: return instead_of_sqlstate(code);
    case code_kind::exit_code: return instead_of_exit(code);
    case code_kind::errno_code: return instead_of_name("errno", "E", code, &is_named_errno);
    case code_kind::curl: return instead_of_name("curl", "CURLE_", code, &is_named_curl);
    case code_kind::sqlite: return instead_of_name("sqlite", "SQLITE_", code, &is_named_sqlite);
    case code_kind::getaddrinfo:
      return instead_of_name("getaddrinfo", "EAI_", code, &is_named_getaddrinfo);
    default: return std::nullopt;
  }
}

}  // namespace holdfast::rules_detail
