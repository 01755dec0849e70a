// Refused: the substitute of or_else gives a value that converts to the result of the call; for a
#include "holdfast/drive/guard.hpp"

#include <string>

int call(holdfast::guard const& lookup) {
#ifdef REFUSED
  return lookup([] { return 1; }, holdfast::or_else([] { return std::string{"none"}; }));
#else
  return lookup([] { return 1; }, holdfast::or_else([] { return 'x'; }));
#endif
}
