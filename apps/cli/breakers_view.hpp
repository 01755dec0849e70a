#pragma once

#include "holdfast/state/change_record.hpp"
#include "holdfast/state/operation_record.hpp"
#include "holdfast/state/order_record.hpp"

#include <optional>
#include <string>
#include <vector>

namespace holdfast::cli {

/// All that a store knows of one operation.
struct known_operation {
  operation_record record;
  std::optional<change_record> last_change{};
  std::vector<order_record> waiting{};  ///< orders that no process has obeyed yet
};

/// The orders for an operation that nobody has obeyed: given after what is kept of it was saved,
/// without a line in its history, and not over.
[[nodiscard]] std::vector<order_record> orders_waiting(operation_record const& record,
                                                       std::vector<order_record> const& orders,
                                                       std::vector<change_record> const& history,
                                                       wall_time now);

/// A table of operations, one a line.
[[nodiscard]] std::string list_text(std::vector<operation_record> const& operations, wall_time now);
/// One JSON object a line.
[[nodiscard]] std::string list_json(std::vector<operation_record> const& operations, wall_time now);

/// All of one operation, in words.
[[nodiscard]] std::string show_text(known_operation const& known, wall_time now);
[[nodiscard]] std::string show_json(known_operation const& known, wall_time now);

/// A table of changes, one a line.
[[nodiscard]] std::string history_text(std::vector<change_record> const& changes);
/// One JSON object a line.
[[nodiscard]] std::string history_json(std::vector<change_record> const& changes);

}  // namespace holdfast::cli
