#include "importer/json_path.hpp"

#include <simdjson.h>

namespace holdfast {
namespace {

namespace ondemand = simdjson::ondemand;

/// simdjson's tokens run on to the next one.
std::string_view trimmed(std::string_view token) {
  auto const last = token.find_last_not_of(" \t\r\n");
  return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

json_part part_of(ondemand::value found) {
  ondemand::json_type type{};
  if (found.type().get(type) != simdjson::SUCCESS) return {};
  switch (type) {
    case ondemand::json_type::null: return {};
    case ondemand::json_type::number:
      return {cell_kind::number, std::string{trimmed(found.raw_json_token())}};
    case ondemand::json_type::boolean:
      return {cell_kind::boolean, std::string{trimmed(found.raw_json_token())}};
    case ondemand::json_type::string: {
      std::string_view text;
      if (found.get_string().get(text) != simdjson::SUCCESS) return {};
      return {cell_kind::string, std::string{text}};
    }
    case ondemand::json_type::array:
    case ondemand::json_type::object: {
      std::string_view raw;
      if (simdjson::to_json_string(found).get(raw) != simdjson::SUCCESS) return {};
      return {cell_kind::nested, std::string{raw}};
    }
  }
  return {};
}

}  // namespace

json_part part_at(std::string_view document, std::span<std::string const> path) {
  thread_local ondemand::parser parser;
  simdjson::padded_string const padded{document};
  ondemand::document parsed;
  if (parser.iterate(padded).get(parsed) != simdjson::SUCCESS) return {};
  ondemand::value at;
  if (parsed.get_value().get(at) != simdjson::SUCCESS) return {};
  for (std::string const& key : path) {
    ondemand::object inner;
    if (at.get_object().get(inner) != simdjson::SUCCESS) return {};
    if (inner.find_field_unordered(key).get(at) != simdjson::SUCCESS) return {};
  }
  return part_of(at);
}

}  // namespace holdfast
