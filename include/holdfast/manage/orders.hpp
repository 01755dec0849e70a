#pragma once

#include "holdfast/drive/guard.hpp"
#include "holdfast/state/order_record.hpp"
#include "holdfast/state/wall_time.hpp"

namespace holdfast {

/// Does to a guard what an operator wants. An override that has ended by `now` is over at the next
/// call.
void carry_out(guard const& on, order_record const& order, wall_time now);

}  // namespace holdfast
