#pragma once

#include "holdfast/base/random.hpp"
#include "holdfast/chaos/page.hpp"

#include <cstdint>
#include <vector>

namespace holdfast {

/// The records in the order in which they are served, with duplicates and changes put in once, so
/// that the same offset always means the same record. Memory: 24 bytes a place, none without
/// faults.
class listing {
 public:
  listing(std::uint64_t record_count, record_faults const& faults, random_bits random);

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  /// What stands at an offset. Precondition: offset < size().
  [[nodiscard]] page_record operator[](std::uint64_t offset) const {
    return places_.empty() ? page_record{offset, {}} : places_[offset];
  }

 private:
  void place(std::uint64_t number, record_faults const& faults, random_bits& random);

  std::vector<page_record> places_;  ///< empty where every record stands at its own number
  std::uint64_t size_;
};

}  // namespace holdfast
