#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/expected.hpp"
#include "holdfast/importer/source.hpp"
#include "holdfast/importer/text_reader.hpp"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

namespace holdfast {

enum class file_format : std::uint8_t {
  automatic,   ///< by the extension, else by the first characters
  csv,         ///< with any delimiter
  tsv,         ///< CSV with tabs
  json_lines,  ///< one object a line, or one array of objects
};

template <>
struct names_of<file_format> {
  static constexpr std::array<named_value<file_format>, 4> table{
      {{file_format::automatic, "auto"},
       {file_format::csv, "csv"},
       {file_format::tsv, "tsv"},
       {file_format::json_lines, "jsonl"}}};
};

struct file_options {
  file_format format = file_format::automatic;
  char delimiter = '\0';  ///< of CSV; 0: tab for .tsv and .tab, else found from the header line
  text_limits limits{};
  std::stop_token stop{};  ///< ends a read that waits for a pipe: the source is stopped
};

/// Opens a file, or standard input for "-", as a source of records; plain or gzip, UTF-8 or (with
/// a byte order mark) UTF-16. Extensions: .csv, .tsv, .tab, .jsonl, .ndjson, .json, each also with
/// .gz; other names, and standard input, are judged by their first character: { or [ is JSON.
///
/// The identity is the absolute path with links resolved, or "-". Errors: as open_bytes, an empty
/// file, a header that can't be read.
[[nodiscard]] expected<std::unique_ptr<record_source>, problem> open_file_source(
    std::string const& path, file_options const& options);

}  // namespace holdfast
