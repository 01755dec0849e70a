#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"

#include <boost/asio/awaitable.hpp>

namespace holdfast::postgres {

/// What a coroutine gets that awaits it: a value, or the failure in its place.
template <class Value>
using eventual = boost::asio::awaitable<expected<Value, failure>>;

}  // namespace holdfast::postgres
