#pragma once

#include "importer/page_body.hpp"

#include <cstdint>
#include <vector>

namespace holdfast {

/// Finds the records of a page that the page before it has given already: a service whose data
/// moves, or that is wrong, puts the end of one page in front of the next, beyond its limit. Read
/// as records of their own they would be doubled, and counted as progress they would push others
/// out.
///
/// Memory: eight bytes for each record of one page.
class page_overlap {
 public:
  /// Takes the repeated records out of a page that holds more than `wanted`.
  void drop_from(page_body& page, std::uint64_t wanted) const;

  /// Whether there is a page to compare with: not at the start, nor right behind a gap.
  [[nodiscard]] bool knows_page_before() const noexcept { return !before_.empty(); }

  /// The records of this page have been read.
  void remember(page_body const& page);
  /// The record before the next page could not be read.
  void forget() noexcept { before_.clear(); }

 private:
  std::vector<std::uint64_t> before_;
};

}  // namespace holdfast
