// Refused: the predicate of retry_if takes the result of the call, or a holdfast::failure const&,
#include "holdfast/drive/guard.hpp"

#include <string>

int call(holdfast::guard const& lookup) {
#ifdef REFUSED
  return lookup([] { return 1; }, holdfast::retry_if([](std::string const&) { return true; }));
#else
  return lookup([] { return 1; }, holdfast::retry_if([](int) { return true; }));
#endif
}
