#pragma once

#include "holdfast/state/state_store.hpp"

#include <memory>

namespace holdfast {

/// A store that lasts as long as it lives: for tests and the simulator. Memory: what the limits of
/// state_limits.hpp allow.
[[nodiscard]] std::unique_ptr<state_store> memory_store();

}  // namespace holdfast
