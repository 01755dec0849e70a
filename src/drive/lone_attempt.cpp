#include "holdfast/drive/lone_attempt.hpp"

#include <utility>

namespace holdfast {

// The operation is there since an attempt asks its own for timeouts; this one has none.
lone_attempt::lone_attempt(attempt_settings settings)
    : unguarded_{{.name = "lone attempt", .nesting = nesting::untracked}},
      stop_{std::move(settings.stop)},
      options_{
          .deadline = settings.deadline, .stop = stop_, .correlation_id = settings.correlation_id},
      detail_{.options = &options_, .number = settings.number},
      context_{.guarded = &unguarded_, .detail = &detail_, .call_started = 0, .version = nullptr},
      attempt_{context_} {}

}  // namespace holdfast
