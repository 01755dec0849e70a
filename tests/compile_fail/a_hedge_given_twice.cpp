// Refused: a guard takes each policy once; to nest two, call one guard inside another
#include "holdfast/drive/guard.hpp"

holdfast::retry const safe{.idempotent = true};
#ifdef REFUSED
holdfast::guard const lookup{"lookup", holdfast::hedge{}, safe, holdfast::hedge{.max_hedges = 2}};
#else
holdfast::guard const lookup{"lookup", holdfast::hedge{.max_hedges = 2}, safe};
#endif
