// Refused: a guarded coroutine owns its callable, which must be movable
#include "holdfast/asio.hpp"

#include <boost/asio/awaitable.hpp>

using boost::asio::awaitable;

struct pinned {
  pinned() = default;
  pinned(pinned const&) = delete;
  pinned& operator=(pinned const&) = delete;
  awaitable<int> operator()() const { co_return 1; }
};

awaitable<int> call(holdfast::guard const& lookup) {
  pinned const here;
#ifdef REFUSED
  co_return co_await lookup(here);
#else
  co_return co_await lookup([&here] { return here(); });
#endif
}
