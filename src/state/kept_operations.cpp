#include "state/kept_operations.hpp"

#include "holdfast/state/record_check.hpp"

#include <algorithm>
#include <cstddef>

namespace holdfast {

expected<void, failure> put(kept_operations& into, std::span<operation_record const> records) {
  if (auto named = check_named(records); !named) return named;
  std::size_t fresh = 0;
  for (operation_record const& each : records) {
    if (!into.contains(each.operation.view())) ++fresh;
  }
  if (auto fit = check_number_of_operations(into.size() + fresh); !fit) return fit;
  for (operation_record const& each : records) {
    into.insert_or_assign(std::string{each.operation.view()}, each);
  }
  return {};
}

std::vector<operation_record> in_order(kept_operations const& kept) {
  std::vector<operation_record> all;
  all.reserve(kept.size());
  for (auto const& [name, record] : kept) all.push_back(record);
  return all;
}

}  // namespace holdfast
