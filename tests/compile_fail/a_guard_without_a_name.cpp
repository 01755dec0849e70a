// Refused: a guard begins with its name: guard{"orders.read", retry{}}
#include "holdfast/drive/guard.hpp"

#ifdef REFUSED
holdfast::guard const lookup{holdfast::retry{}};
#else
holdfast::guard const lookup{"lookup", holdfast::retry{}};
#endif
