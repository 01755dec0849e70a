// Refused: a listener takes a holdfast::event const&
#include "holdfast/drive/guard.hpp"

void listen(holdfast::guard const& lookup) {
#ifdef REFUSED
  lookup.on_event([](int) {});
#else
  lookup.on_event([](holdfast::event const&) {});
#endif
}
