// Refused: a guard has a budget of its own or a shared_budget, not both
#include "holdfast/drive/guard.hpp"

holdfast::shared_budget const pool{holdfast::budget{}};

#ifdef REFUSED
holdfast::guard const lookup{"lookup", pool, holdfast::retry{}, holdfast::budget{}};
#else
holdfast::guard const lookup{"lookup", pool, holdfast::retry{}};
#endif
