#pragma once

#include "holdfast/base/contract.hpp"
#include "holdfast/importer/source.hpp"
#include "holdfast/importer/text_window.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace holdfast::fuzzing {

/// Bytes from memory, at most `chunk` a read.
class memory_bytes final : public byte_source {
 public:
  memory_bytes(std::string bytes, std::size_t chunk) : bytes_{std::move(bytes)}, chunk_{chunk} {}

  expected<std::size_t, problem> read(std::span<char> room) override {
    std::size_t const size = std::min({room.size(), chunk_, bytes_.size() - at_});
    std::memcpy(room.data(), bytes_.data() + at_, size);
    at_ += size;
    return size;
  }
  std::uint64_t bytes_read() const noexcept override { return at_; }
  std::uint64_t bytes_total() const noexcept override { return bytes_.size(); }

 private:
  std::string bytes_;
  std::size_t chunk_;
  std::size_t at_ = 0;
};

inline text_window window_on(std::string bytes, std::size_t chunk) {
  return text_window{text_decoder{std::make_unique<memory_bytes>(std::move(bytes), chunk)}, 64};
}

/// Everything a source says, as one text that two readings can be compared by. Checks on the way
/// what holds for every source: positions count up, cells lie within their record.
inline std::string transcript(record_source& source) {
  std::string all;
  record next;
  for (std::uint64_t position = 0;; ++position) {
    auto const result = source.read(next);
    if (result.status != read_status::record) {
      return all + (result.status == read_status::end ? "end" : describe(result.why));
    }
    expects(next.position == position, "positions count up by one");
    expects(next.raw_size <= next.bytes.size(), "the raw bytes are among the bytes");
    expects(next.cells.size() <= source.columns().size(), "every cell has a column");
    expects(next.rejected == rejection::none || next.cells.empty(),
            "what is rejected has no cells");
    for (cell const& each : next.cells) {
      expects(std::size_t{each.offset} + each.size <= next.bytes.size(), "cells lie in the bytes");
      all += std::to_string(static_cast<int>(each.kind)) + ":" + std::string{next.text(each)} + "|";
    }
    all += std::string{name_of(next.rejected)} + "@" + std::to_string(next.line) + "=" +
           std::string{next.raw()} + "\n";
  }
}

}  // namespace holdfast::fuzzing
