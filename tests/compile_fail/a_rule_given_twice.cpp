// Refused: a call takes retry_if once and or_else once
#include "holdfast/drive/guard.hpp"

int call(holdfast::guard const& lookup) {
  auto const one = holdfast::or_else([] { return 1; });
#ifdef REFUSED
  return lookup([] { return 1; }, one, one);
#else
  return lookup([] { return 1; }, one);
#endif
}
