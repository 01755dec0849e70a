#pragma once

// The field tables of everything that an operation may have in a file.

#include "holdfast/core/breaker_fields.hpp"
#include "holdfast/core/budget_fields.hpp"
#include "holdfast/core/bulkhead_fields.hpp"
#include "holdfast/core/deadline_fields.hpp"
#include "holdfast/core/fault_injection_fields.hpp"
#include "holdfast/core/hedge_fields.hpp"
#include "holdfast/core/key_limits_fields.hpp"
#include "holdfast/core/limiter_fields.hpp"
#include "holdfast/core/retry_fields.hpp"
#include "holdfast/manage/operation_keys.hpp"
