#include "holdfast/config/json_schema.hpp"

#include <array>
#include <cstdio>

namespace holdfast::json_schema {
namespace {

std::string with_null(std::string type, nulls also) {
  return also == nulls::allowed ? "[" + type + ",\"null\"]" : type;
}

std::string pattern(std::string_view text, nulls also) {
  return "{" + type_of("string", also) + ",\"pattern\":" + literal(text) + "}";
}

}  // namespace

std::string literal(std::string_view text) {
  std::string made{'"'};
  for (char const c : text) {
    if (c == '"' || c == '\\') made += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) {
      made += c;
      continue;
    }
    std::array<char, 8> escaped{};
    std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(c));
    made += escaped.data();
  }
  return made + '"';
}

std::string type_of(std::string_view name, nulls also) {
  return "\"type\":" + with_null(literal(name), also);
}

std::string any_scalar(nulls also) {
  std::string const null = also == nulls::allowed ? ",\"null\"" : "";
  return R"({"type":["string","number","boolean")" + null + "]}";
}

std::string duration_text(bool off_allowed, nulls also) {
  constexpr std::string_view number = "[0-9]+([.][0-9]*)?(ns|us|ms|s|m|h|d)";
  std::string const plain{number};
  return pattern(off_allowed ? "^(off|" + plain + ")$" : "^" + plain + "$", also);
}

std::string size_text(nulls also) { return pattern("^[0-9]+(B|KiB|MiB|GiB|kB|MB|GB)$", also); }

std::string number(std::string_view type, std::string_view least, std::string_view most,
                   bool off_allowed, nulls also) {
  pieces said;
  said.add(type_of(type, also));
  if (!least.empty()) said.add("minimum", least);
  if (!most.empty()) said.add("maximum", most);
  if (!off_allowed) return said.map();
  return R"({"anyOf":[)" + said.map() + R"(,{"const":"off"}]})";
}

}  // namespace holdfast::json_schema
