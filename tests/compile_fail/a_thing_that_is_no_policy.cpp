// Refused: a guard is made of its name and policies: retry, breaker, budget, shared_budget,
#include "holdfast/drive/guard.hpp"

#ifdef REFUSED
holdfast::guard const lookup{"lookup", holdfast::retry{}, 5};
#else
holdfast::guard const lookup{"lookup", holdfast::retry{.max_attempts = 5}};
#endif
