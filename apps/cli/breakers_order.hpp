#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/state/order_record.hpp"

#include <string>

namespace holdfast::cli {

/// An order as the command line says it, word by word.
struct order_arguments {
  std::string operation{};
  std::string why{};
  std::string length{};  ///< of `--for`
  std::string until{};
  std::string author{};
};

/// The order, or every problem of its arguments. Its author is `--author`, or this user on this
/// host.
[[nodiscard]] expected<order_record, problems> understand_order(order_kind what,
                                                                order_arguments const& given,
                                                                wall_time now);

/// "order 7: open import.page until 2026-12-01T10:00:00Z, by ann@host: maintenance".
[[nodiscard]] std::string describe(order_record const& given);

}  // namespace holdfast::cli
