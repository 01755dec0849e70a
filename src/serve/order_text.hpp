#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/state/order_record.hpp"

#include <string>
#include <string_view>

namespace holdfast {

/// The order that a request gives: `what` by the last part of its path, the rest by its body, a
/// JSON object of texts: why (an override needs it), for ("10m", or off, which is the default),
/// author. All that is wrong is told at once. Texts are redacted. Bounds: those of order_record.
[[nodiscard]] expected<order_record, problems> understand_order(std::string_view operation,
                                                                order_kind what,
                                                                std::string_view body,
                                                                wall_time now);

}  // namespace holdfast
