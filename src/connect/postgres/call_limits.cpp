#include "holdfast/connect/postgres/call_limits.hpp"

namespace holdfast::postgres {

call_limits limits_of(attempt const& now) {
  return {.deadline = now.deadline(), .stop = now.stop(), .context = now.context()};
}

}  // namespace holdfast::postgres
