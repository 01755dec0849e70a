#include "holdfast/classify/http_answer.hpp"

#include "classify/ascii.hpp"
#include "classify/code_table.hpp"

namespace holdfast {
namespace {

using namespace classify_detail;

constexpr meaning wrong_page{category::transient, severity::medium, fault::dependency,
                             advice::if_idempotent};

bool ends_with_name(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && equal_in_any_case(text.substr(text.size() - end.size()), end);
}

/// "text/html" of " text/html; charset=utf-8".
std::string_view media_type(std::string_view value) {
  value = value.substr(0, value.find(';'));
  auto const first = value.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return value.substr(first, value.find_last_not_of(" \t") - first + 1);
}

bool says_json(std::string_view type) {
  return equal_in_any_case(type, "application/json") || equal_in_any_case(type, "text/json") ||
         ends_with_name(type, "+json");
}

bool says_nothing(std::string_view type) {
  return type.empty() || equal_in_any_case(type, "text/plain") ||
         equal_in_any_case(type, "application/octet-stream");
}

/// Whether a text can be the beginning of JSON. An empty one is not known to be something else.
bool begins_like_json(std::string_view body) {
  constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
  if (body.starts_with(utf8_mark)) body.remove_prefix(utf8_mark.size());
  auto const first = body.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return true;
  return std::string_view{"{[\"-0123456789tfn"}.find(body[first]) != std::string_view::npos;
}

}  // namespace

std::optional<failure> classify_not_json(http_answer const& seen) noexcept {
  if (seen.status == 204 || seen.status == 205 || seen.status == 304) return std::nullopt;
  std::string_view const type = media_type(seen.content_type);
  if (says_json(type)) return std::nullopt;
  if (says_nothing(type) && begins_like_json(seen.body)) return std::nullopt;
  failure made = make_failure(wrong_page, code_kind::http, number_text{seen.status}.view(),
                              "JSON was promised, and what came is ");
  made.text.append(says_nothing(type) ? "something else" : type);
  return made;
}

std::optional<failure> failure_in(answer_verdict const& made) noexcept {
  if (made.extent == answer_extent::nothing) return made.why;
  return std::nullopt;
}

}  // namespace holdfast
