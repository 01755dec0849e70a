// Refused: a guard takes each policy once; to nest two, call one guard inside another
#include "holdfast/drive/guard.hpp"

#ifdef REFUSED
holdfast::guard const lookup{"lookup", holdfast::retry{}, holdfast::breaker{}, holdfast::retry{}};
#else
holdfast::guard const lookup{"lookup", holdfast::retry{}, holdfast::breaker{}};
#endif
