#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/state/shared_circuit.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace holdfast {

/// Shared circuits by name, bytewise.
using circuits_by_name = std::map<std::string, shared_circuit, std::less<>>;

[[nodiscard]] circuits_by_name by_name(std::vector<shared_circuit> const& circuits);

/// Lets `change` work on copies of these circuits, and answers those that it has changed: what
/// every store does between reading and writing. Fails with category programming for a name that is
/// empty or given twice.
[[nodiscard]] expected<std::vector<shared_circuit>, failure> changed_circuits(
    circuits_by_name const& known, std::span<operation_name const> circuits,
    circuit_change const& change);

}  // namespace holdfast
