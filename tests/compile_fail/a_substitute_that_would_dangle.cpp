// Refused: the substitute of or_else gives a value that converts to the result of the call; for a
#include "holdfast/drive/guard.hpp"

int const& call(holdfast::guard const& lookup, int const& last) {
#ifdef REFUSED
  return lookup([&]() -> int const& { return last; }, holdfast::or_else([] { return 1; }));
#else
  return lookup([&]() -> int const& { return last; },
                holdfast::or_else([&]() -> int const& { return last; }));
#endif
}
