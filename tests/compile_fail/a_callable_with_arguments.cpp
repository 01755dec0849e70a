// Refused: a guarded callable takes nothing or a holdfast::attempt const&; to call one with
#include "holdfast/drive/guard.hpp"

int load(int id);

int call(holdfast::guard const& lookup) {
#ifdef REFUSED
  return lookup(load);
#else
  return lookup.wrap(load)(42);
#endif
}
