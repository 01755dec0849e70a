#pragma once

// The field tables of all policies, and what contradicts across them: for programs that load, check
// or print options by their names. Not in holdfast.hpp: policies written in code need none of it,
// and they cost compile time.

#include "holdfast/base/field.hpp"
#include "holdfast/core/breaker_fields.hpp"
#include "holdfast/core/breaker_window_fields.hpp"
#include "holdfast/core/budget_fields.hpp"
#include "holdfast/core/bulkhead_fields.hpp"
#include "holdfast/core/deadline_fields.hpp"
#include "holdfast/core/fault_injection_fields.hpp"
#include "holdfast/core/hedge_fields.hpp"
#include "holdfast/core/key_limits_fields.hpp"
#include "holdfast/core/limiter_fields.hpp"
#include "holdfast/core/retry_fields.hpp"
#include "holdfast/drive/contradictions.hpp"
