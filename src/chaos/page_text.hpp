#pragma once

#include "holdfast/chaos/page.hpp"
#include "holdfast/chaos/record_set.hpp"

#include <string>
#include <string_view>

namespace holdfast {

/// How a page refers to itself.
struct page_address {
  std::string_view path;    ///< "/molecule.json"
  std::string_view others;  ///< the parameters besides limit and offset, still encoded: "a=b&c=d"
};

/// The JSON text of a page in ChEMBL's shape: the records under `key`, then `page_meta` with limit,
/// offset, total_count, and the host-relative, encoded `next` and `previous`, null at the ends.
/// Records are copied as they were written; only those with a flaw are written anew.
[[nodiscard]] std::string page_text(page_content const& page, record_set const& records,
                                    std::string_view key, page_address const& address);

}  // namespace holdfast
