#pragma once

#include "holdfast/base/random.hpp"
#include "holdfast/chaos/page.hpp"
#include "holdfast/chaos/plan.hpp"

namespace holdfast {

/// What the page holds that answers `asked`, flaws included. Memory: 32 bytes a record of the page.
[[nodiscard]] page_content plan_page(page_query const& asked, chaos_plan const& plan,
                                     std::uint64_t record_count, random_bits& random);

}  // namespace holdfast
