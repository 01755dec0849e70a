// Refused: key_limits stand right behind the name: guard_per_key{"http", key_limits{}, retry{}}
#include "holdfast/drive/guard_per_key.hpp"

void call() {
#ifdef REFUSED
  holdfast::guard_per_key const hosts{"http", holdfast::retry{}, holdfast::key_limits{}};
#else
  holdfast::guard_per_key const hosts{"http", holdfast::key_limits{}, holdfast::retry{}};
#endif
  hosts("a", [] {});
}
