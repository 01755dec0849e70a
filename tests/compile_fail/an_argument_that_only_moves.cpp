// Refused: a wrapped callable may be tried again, so it can't be given an argument that it moves
#include "holdfast/drive/guard.hpp"

int store(std::unique_ptr<int> row);
int keep(std::unique_ptr<int> const& row);

int call(holdfast::guard const& lookup) {
#ifdef REFUSED
  return lookup.wrap(store)(std::make_unique<int>(1));
#else
  return lookup.wrap(keep)(std::make_unique<int>(1));
#endif
}
