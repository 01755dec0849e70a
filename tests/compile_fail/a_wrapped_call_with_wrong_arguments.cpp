// Refused: the wrapped callable can't be called with these arguments
#include "holdfast/drive/guard.hpp"

int load(int id, char const* table);

int call(holdfast::guard const& lookup) {
  auto const guarded = lookup.wrap(load);
#ifdef REFUSED
  return guarded(42);
#else
  return guarded(42, "molecules");
#endif
}
