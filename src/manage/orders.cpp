#include "holdfast/manage/orders.hpp"

namespace holdfast {

void carry_out(guard const& on, order_record const& order, wall_time now) {
  duration const length = order.until ? elapsed(now, *order.until) : off;
  switch (order.what) {
    case order_kind::open: return on.force_open(order.why, length);
    case order_kind::disable: return on.disable(order.why, length);
    case order_kind::observe_only: return on.observe_only(order.why, length);
    case order_kind::close:
    case order_kind::reset: return on.reset(order.why);
  }
}

}  // namespace holdfast
