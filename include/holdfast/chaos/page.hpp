#pragma once

#include "holdfast/chaos/page_faults.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace holdfast {

/// What a client asked for.
struct page_query {
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> limit{};  ///< empty: it did not say; 0: as many as allowed
};

/// One record of a page.
struct page_record {
  std::uint64_t number = 0;         ///< in the data, from 0
  std::optional<page_flaw> flaw{};  ///< how it was changed, or that it is a copy

  friend bool operator==(page_record const&, page_record const&) = default;
};

/// What a page holds and what it says of itself.
struct page_content {
  std::uint64_t offset = 0;
  std::uint64_t limit = 0;
  std::uint64_t total_count = 0;
  bool has_next = false;
  std::vector<page_record> records;
  std::array<std::uint32_t, page_flaw_count> flaws{};  ///< how often each was put in

  [[nodiscard]] std::uint32_t& count(page_flaw flaw) noexcept {
    return flaws[static_cast<std::size_t>(flaw)];
  }
  [[nodiscard]] std::uint32_t count(page_flaw flaw) const noexcept {
    return flaws[static_cast<std::size_t>(flaw)];
  }
};

}  // namespace holdfast
