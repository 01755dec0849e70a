#pragma once

#include "holdfast/importer/record.hpp"
#include "holdfast/importer/source.hpp"
#include "importer/memory_bytes.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::testing {

/// One record as a test writes it: "a|b|" for three cells of which the last is absent, "!ragged"
/// for a rejected one.
inline std::string line_of(record const& seen) {
  if (seen.rejected != rejection::none) return "!" + std::string{name_of(seen.rejected)};
  std::string line;
  for (cell const& each : seen.cells) {
    if (&each != seen.cells.data()) line += '|';
    line += seen.text(each);
  }
  return line;
}

/// What a source gave until it ended or stopped.
struct everything {
  std::vector<record> records;
  std::vector<std::string> lines;  ///< line_of each
  read_result ending;
};

inline everything read_all(record_source& source) {
  everything seen;
  for (;;) {
    record next;
    seen.ending = source.read(next);
    if (seen.ending.status != read_status::record) return seen;
    seen.lines.push_back(line_of(next));
    seen.records.push_back(std::move(next));
  }
}

/// A folder of its own for a test, removed at its end.
class temporary_folder {
 public:
  temporary_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "holdfast-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~temporary_folder() { std::filesystem::remove_all(path_); }
  temporary_folder(temporary_folder const&) = delete;
  temporary_folder& operator=(temporary_folder const&) = delete;

  std::string file(std::string const& name) const { return (path_ / name).string(); }
  std::string write(std::string const& name, std::string_view bytes) const {
    std::ofstream{file(name), std::ios::binary} << bytes;
    return file(name);
  }
  std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace holdfast::testing
