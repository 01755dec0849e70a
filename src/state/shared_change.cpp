#include "holdfast/state/shared_change.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace holdfast {
namespace {

[[nodiscard]] bool are_names(std::span<operation_name const> circuits) {
  std::set<std::string_view> seen;
  return std::ranges::all_of(circuits, [&](operation_name const& each) {
    return !each.empty() && seen.insert(each.view()).second;
  });
}

}  // namespace

circuits_by_name by_name(std::vector<shared_circuit> const& circuits) {
  circuits_by_name named;
  for (shared_circuit const& each : circuits) {
    named.insert_or_assign(std::string{each.operation.view()}, each);
  }
  return named;
}

expected<std::vector<shared_circuit>, failure> changed_circuits(
    circuits_by_name const& known, std::span<operation_name const> circuits,
    circuit_change const& change) {
  if (!are_names(circuits)) {
    failure wrong = plain_failure(category::programming);
    wrong.text = "a circuit without a name, or twice the same one, can't be shared; nothing was";
    return unexpected{wrong};
  }
  std::vector<shared_circuit> before;
  before.reserve(circuits.size());
  for (operation_name const& each : circuits) {
    auto const found = known.find(each.view());
    before.push_back(found == known.end() ? shared_circuit{.operation = each} : found->second);
  }
  std::vector<shared_circuit> after = before;
  change(after);
  std::vector<shared_circuit> changed;
  for (std::size_t i = 0; i < before.size(); ++i) {
    after[i].operation = before[i].operation;
    if (after[i] != before[i]) changed.push_back(after[i]);
  }
  return changed;
}

}  // namespace holdfast
