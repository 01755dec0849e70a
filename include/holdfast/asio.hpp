#pragma once

// Coroutines of Boost.Asio: with this header, `co_await guard(f)` runs an f that returns a
// `boost::asio::awaitable`. Needs Boost 1.81 or later. docs/coroutines.md says what differs from
// the blocking driver.

#include "holdfast/drive/asio_attended.hpp"
#include "holdfast/drive/asio_guarded.hpp"
#include "holdfast/drive/asio_outcome.hpp"
#include "holdfast/drive/asio_parts.hpp"
#include "holdfast/drive/asio_race.hpp"
#include "holdfast/holdfast.hpp"
