// Refused: each error in classifies<...> needs a function, in its own namespace, that says what it
#include "holdfast/drive/guard.hpp"

namespace shop {
struct error {};
#ifndef REFUSED
holdfast::failure failure_of(error const&);
#endif
}  // namespace shop

holdfast::guard const lookup{"lookup", holdfast::classifies<shop::error>{}};
