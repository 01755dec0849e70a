// Refused: unbounded(f) is for a callable that takes nothing; one that takes an attempt is told its
#include "holdfast/drive/guard.hpp"

int call(holdfast::guard const& lookup) {
  auto const load = [](holdfast::attempt const& present) { return present.number(); };
#ifdef REFUSED
  return lookup(holdfast::unbounded(load));
#else
  return lookup(holdfast::unbounded([] { return 1; })) + lookup(load);
#endif
}
