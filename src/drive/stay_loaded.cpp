#include "drive/stay_loaded.hpp"

#include <dlfcn.h>

namespace holdfast {

void stay_loaded() noexcept {
  static void const* const own = [] {
    Dl_info here{};
    bool const known = dladdr(reinterpret_cast<void*>(&stay_loaded), &here) != 0;
    return known ? dlopen(here.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE) : nullptr;
  }();
  static_cast<void>(own);
}

}  // namespace holdfast
