// Refused: a guarded callable takes nothing or a holdfast::attempt const&; to call one with
#include "holdfast/drive/guard.hpp"

int load(int id);

int call(holdfast::guard const& lookup) {
#ifdef REFUSED
  return lookup.with({.max_attempts = 1})(load);
#else
  return lookup.with({.max_attempts = 1})([] { return load(42); });
#endif
}
