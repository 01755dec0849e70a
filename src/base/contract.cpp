#include "holdfast/base/contract.hpp"

#include <cstdio>
#include <cstdlib>

namespace holdfast {

void contract_broken(char const* promise, std::source_location where) noexcept {
  std::fprintf(stderr, "%s:%u: %s: a promise of the caller is broken: %s\n", where.file_name(),
               static_cast<unsigned>(where.line()), where.function_name(), promise);
  std::abort();
}

}  // namespace holdfast
