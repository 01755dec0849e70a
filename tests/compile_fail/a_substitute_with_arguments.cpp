// Refused: the substitute of or_else takes nothing or a holdfast::failure const&
#include "holdfast/drive/guard.hpp"

int call(holdfast::guard const& lookup) {
#ifdef REFUSED
  return lookup([] { return 1; }, holdfast::or_else([](char const*) { return 2; }));
#else
  return lookup([] { return 1; }, holdfast::or_else([](holdfast::failure const&) { return 2; }));
#endif
}
