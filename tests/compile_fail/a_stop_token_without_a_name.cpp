// Refused: a call refers to the stop_token that it is given, and this one is a temporary
#include "holdfast/drive/guard.hpp"

#include <stop_token>

void call(holdfast::guard const& lookup, std::stop_source const& source) {
#ifdef REFUSED
  lookup.with({.stop = source.get_token()})([] {});
#else
  std::stop_token const stop = source.get_token();
  lookup.with({.stop = stop})([] {});
#endif
}
