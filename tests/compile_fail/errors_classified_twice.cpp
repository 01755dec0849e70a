// Refused: a guard takes each policy once; to nest two, call one guard inside another
#include "holdfast/drive/guard.hpp"

namespace shop {
struct error {};
struct other_error {};
holdfast::failure failure_of(error const&);
holdfast::failure failure_of(other_error const&);
}  // namespace shop

#ifdef REFUSED
holdfast::guard const lookup{"lookup", holdfast::classifies<shop::error>{},
                             holdfast::classifies<shop::other_error>{}};
#else
holdfast::guard const lookup{"lookup", holdfast::classifies<shop::error, shop::other_error>{}};
#endif
