#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/sqlite/statement.hpp"

#include <concepts>
#include <cstdint>

namespace holdfast::sqlite {

using outcome = expected<void, failure>;

/// Binds one value; counts of ours are below 2^63.
template <class Value>
outcome bind_value(statement& to, int parameter, Value const& value) {
  if constexpr (std::unsigned_integral<Value> && !std::same_as<Value, bool>) {
    return to.bind(parameter, static_cast<std::int64_t>(value));
  } else {
    return to.bind(parameter, value);
  }
}

/// Binds the values to parameters 1, 2, … and stops at the first that fails.
template <class... Values>
outcome bind_all(statement& to, Values const&... values) {
  outcome result;
  int parameter = 0;
  static_cast<void>(((result = bind_value(to, ++parameter, values)).has_value() && ...));
  return result;
}

/// Binds the values and runs to the end.
template <class... Values>
outcome run_with(statement& what, Values const&... values) {
  if (auto bound = bind_all(what, values...); !bound) return bound;
  return what.run();
}

}  // namespace holdfast::sqlite
