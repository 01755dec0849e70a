// Refused: this callable returns an awaitable, which a blocking guard would take for a success
#ifdef REFUSED
#include "holdfast/holdfast.hpp"
#else
#include "holdfast/asio.hpp"
#endif

#include <boost/asio/awaitable.hpp>

using boost::asio::awaitable;

awaitable<int> call(holdfast::guard const& lookup) {
  co_return co_await lookup([]() -> awaitable<int> { co_return 1; });
}
