#pragma once

#include "holdfast/base/random.hpp"
#include "holdfast/chaos/page.hpp"
#include "holdfast/chaos/plan.hpp"
#include "listing.hpp"

namespace holdfast {

/// What the page holds that answers `asked`, flaws included. Memory: 24 bytes a record of the page.
[[nodiscard]] page_content plan_page(page_query const& asked, chaos_plan const& plan,
                                     listing const& records, random_bits& random);

}  // namespace holdfast
