// Refused: beside the callable, a call takes retry_if(p) and or_else(g); policies are given when
#include "holdfast/drive/guard.hpp"

int call(holdfast::guard const& lookup) {
#ifdef REFUSED
  return lookup([] { return 1; }, holdfast::retry{});
#else
  return lookup([] { return 1; }, holdfast::or_else([] { return 2; }));
#endif
}
