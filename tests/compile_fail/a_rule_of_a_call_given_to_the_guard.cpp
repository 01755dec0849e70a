// Refused: retry_if and or_else are given with the call: guard(f, retry_if(p), or_else(g))
#include "holdfast/drive/guard.hpp"

int call(holdfast::guard const& plain) {
  auto const positive = [](int seen) { return seen > 0; };
#ifdef REFUSED
  holdfast::guard const lookup{"lookup", holdfast::retry_if(positive)};
  return lookup([] { return 1; });
#else
  return plain([] { return 1; }, holdfast::retry_if(positive));
#endif
}
