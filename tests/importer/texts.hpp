#pragma once

#include "holdfast/importer/byte_source.hpp"
#include "holdfast/importer/record.hpp"
#include "holdfast/importer/source.hpp"
#include "holdfast/importer/text_window.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::testing {

/// Bytes from memory, at most `chunk` a read; then the end, or `failure` if one is given.
class memory_bytes final : public byte_source {
 public:
  explicit memory_bytes(std::string bytes, std::size_t chunk = 1 << 20,
                        std::optional<problem> failure = std::nullopt)
      : bytes_{std::move(bytes)}, chunk_{chunk}, failure_{std::move(failure)} {}

  expected<std::size_t, problem> read(std::span<char> room) override {
    std::size_t const size = std::min({room.size(), chunk_, bytes_.size() - at_});
    if (size == 0 && failure_) return unexpected{*failure_};
    std::memcpy(room.data(), bytes_.data() + at_, size);
    at_ += size;
    return size;
  }
  std::uint64_t bytes_read() const noexcept override { return at_; }
  std::uint64_t bytes_total() const noexcept override { return bytes_.size(); }

 private:
  std::string bytes_;
  std::size_t chunk_;
  std::optional<problem> failure_;
  std::size_t at_ = 0;
};

inline text_window window_on(std::string bytes, std::size_t chunk = 1 << 20,
                             std::optional<problem> failure = std::nullopt,
                             std::size_t refill = 64) {
  return text_window{
      text_decoder{std::make_unique<memory_bytes>(std::move(bytes), chunk, std::move(failure))},
      refill};
}

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
