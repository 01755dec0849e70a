// Refused: this callable returns an awaitable, which a blocking guard would take for a success
#include "holdfast/drive/guard.hpp"

#include <coroutine>

struct later_value {};
std::suspend_never operator co_await(later_value const&);

void call(holdfast::guard const& lookup) {
#ifdef REFUSED
  lookup([] { return later_value{}; });
#else
  lookup([] { static_cast<void>(later_value{}); });
#endif
}
