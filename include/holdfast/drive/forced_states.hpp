#pragma once

#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/manual_time.hpp"

namespace holdfast {

/// Opens a guard's circuit as failures would: by failures, so that its wait is the configured one.
/// `guard::force_open` is the override. Its events are told; attach recorders afterwards.
/// Throws std::logic_error where the breaker does not open by failures.
void open_circuit(guard const& guarded);

/// Opens the circuit, lets its wait pass, and leaves it half-open without a probe on its way: the
/// next call is one.
/// @param time the clock of the guard
/// Throws std::logic_error as open_circuit does, or where that is not the clock of the guard.
void half_open_circuit(guard const& guarded, manual_time& time);

/// Takes tokens from a guard's budget until less than one is left; for a closed circuit.
/// Throws std::logic_error where retries can't empty the budget: it is off, or the circuit open.
void empty_budget(guard const& guarded);

}  // namespace holdfast
