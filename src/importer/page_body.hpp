#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// What a page says of itself; each part may be missing.
struct page_meta {
  std::optional<std::uint64_t> offset{};       ///< of its first record
  std::optional<std::uint64_t> limit{};        ///< that was used, maybe less than asked for; not 0
  std::optional<std::uint64_t> total_count{};  ///< of the whole listing
  std::string next{};                          ///< reference to the next page; empty if null
};

/// One page: its records as they were sent.
struct page_body {
  page_meta meta{};
  std::string text{};
  std::vector<std::pair<std::size_t, std::size_t>> records{};  ///< offset and size in `text`

  [[nodiscard]] std::string_view record(std::size_t number) const {
    return std::string_view{text}.substr(records[number].first, records[number].second);
  }
};

/// Reads a page in ChEMBL's shape: an object with `page_meta` and one list.
///
/// Every way in which it can't be read is a failure of the service that may pass: HTML in place of
/// JSON, JSON that is cut short. One exception: well-formed JSON of another shape has category
/// data.
///
/// @param items key of the list; empty: the only list beside page_meta
/// Cost: two passes over the text; `text` is kept in the page. Memory: one copy of it for a time.
[[nodiscard]] expected<page_body, failure> read_page_body(std::string text,
                                                          std::string_view content_type,
                                                          std::string const& items);

}  // namespace holdfast
