#pragma once

#include "holdfast/state/change_record.hpp"
#include "holdfast/state/order_record.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace holdfast {

/// Adds changes to histories, oldest first, and keeps the newest of each operation and of all.
void add_changes(std::vector<change_record>& histories, std::span<change_record const> more);

/// The last changes of one operation, newest first.
[[nodiscard]] std::vector<change_record> newest_of(std::vector<change_record> const& histories,
                                                   std::string_view operation, std::size_t limit);

/// Numbers an order, adds it to those that are kept, lowest number first, and keeps the newest.
std::int64_t add_order(std::vector<order_record>& orders, order_record order);

/// Those with a higher number.
[[nodiscard]] std::vector<order_record> orders_beyond(std::vector<order_record> const& orders,
                                                      std::int64_t number);

}  // namespace holdfast
