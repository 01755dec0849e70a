#include "state/history.hpp"

#include "holdfast/state/order_number.hpp"
#include "holdfast/state/state_limits.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace holdfast {
namespace {

template <class Record>
void keep_newest(std::vector<Record>& records, std::size_t most) {
  if (records.size() <= most) return;
  records.erase(records.begin(), records.end() - static_cast<std::ptrdiff_t>(most));
}

}  // namespace

void add_changes(std::vector<change_record>& histories, std::span<change_record const> more) {
  histories.insert(histories.end(), more.begin(), more.end());
  std::map<std::string_view, std::size_t> surplus;
  for (change_record const& each : histories) ++surplus[each.operation.view()];
  std::vector<change_record> kept;
  kept.reserve(histories.size());
  for (change_record const& each : histories) {
    std::size_t& left = surplus[each.operation.view()];
    if (left <= most_changes_each) kept.push_back(each);
    if (left > most_changes_each) --left;
  }
  keep_newest(kept, most_changes);
  histories = std::move(kept);
}

std::vector<change_record> newest_of(std::vector<change_record> const& histories,
                                     std::string_view operation, std::size_t limit) {
  std::vector<change_record> found;
  for (auto each = histories.rbegin(); each != histories.rend() && found.size() < limit; ++each) {
    if (each->operation == operation) found.push_back(*each);
  }
  return found;
}

std::int64_t add_order(std::vector<order_record>& orders, order_record order) {
  order.number = order_number_after(orders.empty() ? 0 : orders.back().number, order.given_at);
  orders.push_back(order);
  keep_newest(orders, most_orders);
  return order.number;
}

std::vector<order_record> orders_beyond(std::vector<order_record> const& orders,
                                        std::int64_t number) {
  auto const first = std::find_if(orders.begin(), orders.end(),
                                  [&](auto const& each) { return each.number > number; });
  return {first, orders.end()};
}

}  // namespace holdfast
