// Refused: the result of a guarded callable must be movable, to be handed through
#include "holdfast/drive/guard.hpp"

struct fixed {
  fixed() = default;
  fixed(fixed const&) = delete;
  fixed& operator=(fixed const&) = delete;
  ~fixed() = default;
};

void call(holdfast::guard const& lookup) {
#ifdef REFUSED
  lookup([] { return fixed{}; });
#else
  lookup([] { return std::make_unique<fixed>(); });
#endif
}
