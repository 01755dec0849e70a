#pragma once

#include "holdfast/base/contract.hpp"
#include "holdfast/importer/source.hpp"
#include "importer/memory_bytes.hpp"

#include <cstdint>
#include <string>

namespace holdfast::fuzzing {

using testing::window_on;

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
