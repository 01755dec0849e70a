#include "json_strict.hpp"

namespace holdfast {
namespace {

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

bool take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  text.remove_prefix(count);
  return count != 0;
}

bool take_any_of(std::string_view& text, std::string_view characters) {
  bool const found = !text.empty() && characters.find(text[0]) != std::string_view::npos;
  if (found) text.remove_prefix(1);
  return found;
}

error_code check_null(ondemand::value of) {
  bool null = false;
  if (auto const error = of.is_null().get(null)) return error;
  return null ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
}

error_code check_object(ondemand::value of, int depth) {
  ondemand::object object;
  if (auto const error = of.get_object().get(object)) return error;
  for (auto found : object) {
    ondemand::field field;
    if (auto const error = std::move(found).get(field)) return error;
    std::string_view key;
    if (auto const error = field.unescaped_key().get(key)) return error;
    if (auto const error = check_json(field.value(), depth + 1)) return error;
  }
  return simdjson::SUCCESS;
}

error_code check_array(ondemand::value of, int depth) {
  ondemand::array array;
  if (auto const error = of.get_array().get(array)) return error;
  for (auto found : array) {
    ondemand::value element;
    if (auto const error = found.get(element)) return error;
    if (auto const error = check_json(element, depth + 1)) return error;
  }
  return simdjson::SUCCESS;
}

}  // namespace

std::string_view trimmed_json(std::string_view text) noexcept {
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

bool is_json_number(std::string_view text) noexcept {
  take_any_of(text, "-");
  if (!take_any_of(text, "0") && !take_digits(text)) return false;
  if (take_any_of(text, ".") && !take_digits(text)) return false;
  if (take_any_of(text, "eE")) {
    take_any_of(text, "+-");
    if (!take_digits(text)) return false;
  }
  return text.empty();
}

error_code check_json(ondemand::value of, int depth) {
  if (depth > deepest_json) return simdjson::DEPTH_ERROR;
  ondemand::json_type type{};
  if (auto const error = of.type().get(type)) return error;
  switch (type) {
    case ondemand::json_type::object: return check_object(of, depth);
    case ondemand::json_type::array: return check_array(of, depth);
    case ondemand::json_type::string: return of.get_string().error();
    case ondemand::json_type::boolean: return of.get_bool().error();
    case ondemand::json_type::null: return check_null(of);
    case ondemand::json_type::number: break;
  }
  return is_json_number(trimmed_json(of.raw_json_token())) ? simdjson::SUCCESS
                                                           : simdjson::NUMBER_ERROR;
}

}  // namespace holdfast
