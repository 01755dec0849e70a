#include "json_record_parser.hpp"

#include "json_strict.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

std::string_view explain(error_code error) {
  switch (error) {
    case simdjson::EMPTY: return "there is no JSON";
    case simdjson::INCORRECT_TYPE: return "not a JSON object";
    case simdjson::TRAILING_CONTENT: return "something follows the JSON object";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return "the JSON object does not end, or something follows it";
    case simdjson::UNCLOSED_STRING: return "a JSON string does not end";
    case simdjson::UNESCAPED_CHARS: return "a control character in a JSON string";
    case simdjson::STRING_ERROR: return "a JSON string with an escape that is no character";
    case simdjson::NUMBER_ERROR: return "not a JSON number";
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR: return "none of true, false, null";
    case simdjson::DEPTH_ERROR: return "JSON nested deeper than 500 levels";
    case simdjson::MEMALLOC: return "too little memory for the JSON object";
    default: return "not well-formed JSON";
  }
}

}  // namespace

void json_record_parser::parse(record& out, column_names& names) {
  std::size_t const known = keys_.size();
  raw_size_ = out.raw_size = out.bytes.size();
  out.bytes.append(simdjson::SIMDJSON_PADDING, '\0');
  raw_ = out.bytes.data();
  unescaped_.clear();
  has_nul_ = false;
  error_code const error = cut_object(out, names);
  out.bytes.resize(raw_size_);
  if (error != simdjson::SUCCESS || has_nul_ || keys_.size() > most_columns_) {
    reject(out, error);
    forget_columns_from(known, names);
  } else {
    out.bytes += unescaped_;
  }
}

error_code json_record_parser::cut_object(record& out, column_names& names) {
  if (parser_.capacity() < raw_size_) {
    // Twice what is needed, so that slowly growing lines do not allocate each time.
    if (auto const error = parser_.allocate(2 * raw_size_)) return error;
  }
  simdjson::padded_string_view const json{raw_, raw_size_, raw_size_ + simdjson::SIMDJSON_PADDING};
  if (auto const error = parser_.iterate(json).get(document_)) return error;
  ondemand::object object;
  if (auto const error = document_.get_object().get(object)) return error;
  likely_column_ = 0;
  for (auto found : object) {
    ondemand::field field;
    if (auto const error = std::move(found).get(field)) return error;
    if (auto const error = cut_field(field, out, names)) return error;
    if (keys_.size() > most_columns_) return simdjson::SUCCESS;
  }
  bool const at_end = document_.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return at_end ? simdjson::SUCCESS : simdjson::TRAILING_CONTENT;
}

error_code json_record_parser::cut_field(ondemand::field field, record& out, column_names& names) {
  std::string_view key;
  if (auto const error = field.unescaped_key().get(key)) return error;
  has_nul_ = has_nul_ || key.find('\0') != std::string_view::npos;
  std::uint32_t const column = column_of(key, names);
  if (out.cells.size() <= column) out.cells.resize(column + std::size_t{1});
  return cut_value(field.value(), out.cells[column]);
}

error_code json_record_parser::cut_value(value of, cell& to) {
  ondemand::json_type type{};
  if (auto const error = of.type().get(type)) return error;
  if (type == ondemand::json_type::string) return cut_string(of, to);
  char const* const from = of.raw_json_token().data();
  std::string_view text = trimmed_json(of.raw_json_token());
  if (auto const error = check_json(of, 1)) return error;
  to.kind = cell_kind::absent;
  if (type == ondemand::json_type::number) to.kind = cell_kind::number;
  if (type == ondemand::json_type::boolean) to.kind = cell_kind::boolean;
  if (type == ondemand::json_type::object || type == ondemand::json_type::array) {
    char const* behind = nullptr;
    if (auto const error = document_.current_location().get(behind)) return error;
    text = trimmed_json({from, static_cast<std::size_t>(behind - from)});
    to.kind = cell_kind::nested;
  }
  to.offset = to.kind == cell_kind::absent ? 0 : offset_of(from);
  to.size = to.kind == cell_kind::absent ? 0 : static_cast<std::uint32_t>(text.size());
  return simdjson::SUCCESS;
}

// A string without escapes stays where it is.
error_code json_record_parser::cut_string(value of, cell& to) {
  std::string_view const token = trimmed_json(of.raw_json_token());
  bool const plain = token.size() >= 2 && token.find('\\') == std::string_view::npos &&
                     token.find('"', 1) == token.size() - 1;
  if (plain) {
    to = {cell_kind::string, offset_of(token.data() + 1),
          static_cast<std::uint32_t>(token.size() - 2)};
    return simdjson::SUCCESS;
  }
  std::string_view text;
  if (auto const error = of.get_string().get(text)) return error;
  if (!simdjson::validate_utf8(text)) return simdjson::STRING_ERROR;
  has_nul_ = has_nul_ || text.find('\0') != std::string_view::npos;
  to = {cell_kind::string, static_cast<std::uint32_t>(raw_size_ + unescaped_.size()),
        static_cast<std::uint32_t>(text.size())};
  unescaped_ += text;
  return simdjson::SUCCESS;
}

std::uint32_t json_record_parser::offset_of(char const* at) const {
  return static_cast<std::uint32_t>(at - raw_);
}

// Most objects have their keys in the order of the one before.
std::uint32_t json_record_parser::column_of(std::string_view key, column_names& names) {
  std::uint32_t column = likely_column_;
  if (column >= keys_.size() || keys_[column] != key) {
    auto const found = columns_.find(key);
    if (found != columns_.end()) {
      column = found->second;
    } else {
      column = static_cast<std::uint32_t>(keys_.size());
      keys_.emplace_back(key);
      columns_.emplace(key, column);
      names.add(key);
    }
  }
  likely_column_ = column + 1;
  return column;
}

void json_record_parser::forget_columns_from(std::size_t count, column_names& names) {
  while (keys_.size() > count) {
    columns_.erase(keys_.back());
    keys_.pop_back();
  }
  names.cut(count);
}

void json_record_parser::reject(record& out, error_code why) const {
  out.cells.clear();
  if (why == simdjson::UTF8_ERROR) {
    out.rejected = rejection::invalid_utf8;
    out.detail = "not UTF-8";
  } else if (has_nul_) {
    out.rejected = rejection::embedded_nul;
    out.detail = "a NUL character in a text";
  } else if (keys_.size() > most_columns_) {
    out.rejected = rejection::too_many_columns;
    out.detail =
        "with its keys there would be more than " + std::to_string(most_columns_) + " columns";
  } else {
    out.rejected = rejection::malformed_json;
    out.detail = explain(why);
  }
}

}  // namespace holdfast
