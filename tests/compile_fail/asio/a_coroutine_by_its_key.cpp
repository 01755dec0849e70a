// Refused: a coroutine outlives this call: take the guard itself, guards[key](f)
#include "holdfast/asio.hpp"

#include <boost/asio/awaitable.hpp>

using boost::asio::awaitable;

awaitable<int> load() { co_return 1; }

awaitable<void> call(holdfast::guard_per_key const& hosts) {
#ifdef REFUSED
  hosts("api.example.org", load);
  co_return;
#else
  co_await hosts["api.example.org"](load);
#endif
}
