#include "holdfast/importer/file_source.hpp"

#include "holdfast/importer/csv_reader.hpp"
#include "holdfast/importer/json_lines_reader.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace holdfast {
namespace {

namespace fs = std::filesystem;

std::string identity_of(std::string const& path) {
  if (path == "-") return path;
  std::error_code failed;
  fs::path const real = fs::canonical(path, failed);
  return failed ? fs::absolute(path).lexically_normal().string() : real.string();
}

/// ".csv" of "Data.CSV.gz".
std::string extension_of(fs::path const& path) {
  auto const lower = [](fs::path const& part) {
    std::string text = part.string();
    std::ranges::transform(text, text.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
  };
  std::string const last = lower(path.extension());
  return last == ".gz" ? lower(path.stem().extension()) : last;
}

file_format format_of(std::string const& path, std::string_view text) {
  std::string const extension = extension_of(path);
  if (extension == ".csv") return file_format::csv;
  if (extension == ".tsv" || extension == ".tab") return file_format::tsv;
  if (extension == ".jsonl" || extension == ".ndjson" || extension == ".json") {
    return file_format::json_lines;
  }
  auto const first = text.find_first_not_of(" \t\r\n");
  bool const json = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
  return json ? file_format::json_lines : file_format::csv;
}

}  // namespace

expected<std::unique_ptr<record_source>, problem> open_file_source(std::string const& path,
                                                                   file_options const& options) {
  auto bytes = open_bytes(path, options.stop);
  if (!bytes) return unexpected{bytes.error()};
  text_window window{text_decoder{std::move(*bytes)}};
  if (!window.grow()) {
    if (window.failed()) return unexpected{*window.failed()};
    return unexpected{problem{{path == "-" ? "standard input" : path},
                              "the file is empty",
                              "check that it was written or fetched completely"}};
  }
  file_format const format =
      options.format == file_format::automatic ? format_of(path, window.text()) : options.format;
  if (format == file_format::json_lines) {
    return std::make_unique<json_lines_reader>(std::move(window), identity_of(path),
                                               options.limits);
  }
  csv_options csv{options.delimiter, options.limits};
  if (csv.delimiter == '\0' && format == file_format::tsv) csv.delimiter = '\t';
  return csv_reader::open(std::move(window), identity_of(path), csv);
}

}  // namespace holdfast
