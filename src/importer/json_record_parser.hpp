#pragma once

#include "holdfast/importer/column_names.hpp"
#include "holdfast/importer/record.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <simdjson.h>

namespace holdfast {

/// Cuts JSON objects into cells: one cell a key, columns in the order in which keys first appear.
/// Of a key that stands twice in an object the last value counts, as in Python and JavaScript.
/// Strings are unescaped; numbers, booleans and nested values stay as written. Strict (RFC 8259):
/// nested values are checked to their leaves. Not thread-safe.
///
/// Bound: about fourteen times the longest object ever given.
class json_record_parser {
 public:
  explicit json_record_parser(std::uint32_t most_columns) : most_columns_{most_columns} {}

  /// Fills the cells of `out` from its bytes, all raw, and adds new keys to `names`, which no one
  /// else adds to; or rejects it with a reason, and then `names` stays as it was.
  void parse(record& out, column_names& names);

 private:
  using value = simdjson::ondemand::value;

  struct text_hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  [[nodiscard]] simdjson::error_code cut_object(record& out, column_names& names);
  [[nodiscard]] simdjson::error_code cut_field(simdjson::ondemand::field field, record& out,
                                               column_names& names);
  [[nodiscard]] simdjson::error_code cut_value(value of, cell& to);
  [[nodiscard]] simdjson::error_code cut_string(value of, cell& to);
  [[nodiscard]] std::uint32_t offset_of(char const* at) const;
  [[nodiscard]] std::uint32_t column_of(std::string_view key, column_names& names);
  void forget_columns_from(std::size_t count, column_names& names);
  void reject(record& out, simdjson::error_code why) const;

  std::uint32_t most_columns_;
  simdjson::ondemand::parser parser_;
  std::unordered_map<std::string, std::uint32_t, text_hash, std::equal_to<>> columns_;
  std::vector<std::string> keys_;  // by column

  // The object in hand.
  simdjson::ondemand::document document_;
  char const* raw_ = nullptr;
  std::size_t raw_size_ = 0;
  std::uint32_t likely_column_ = 0;  // of the next key
  std::string unescaped_;            // texts that will stand behind the raw bytes
  bool has_nul_ = false;
};

}  // namespace holdfast
