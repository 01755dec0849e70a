#pragma once

#include "holdfast/base/failure_context.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/drive/attempt.hpp"

#include <stop_token>

namespace holdfast::postgres {

/// What bounds the statements of a connection, and where they tell what they know of a failure.
///
///     guard([&](holdfast::attempt const& now) { return pool.borrow(limits_of(now)); });
struct call_limits {
  instant deadline = never_reached;    ///< when an answer must be here, to the millisecond
  std::stop_token stop{};              ///< ends a wait within milliseconds
  failure_context* context = nullptr;  ///< told phase, constraint, table, column of a failure

  friend bool operator==(call_limits const&, call_limits const&) = default;
};

/// Those of an attempt.
[[nodiscard]] call_limits limits_of(attempt const& now);

}  // namespace holdfast::postgres
