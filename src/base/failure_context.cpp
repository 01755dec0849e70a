#include "holdfast/base/failure_context.hpp"

#include "holdfast/base/excerpt.hpp"

#include <array>
#include <utility>

namespace holdfast {
namespace {

constexpr std::size_t longest_shown = 120;

void add(std::string& line, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (!line.empty()) line.append(", ");
  line.append(name).append(name.empty() ? "" : " ").append(excerpt(value, longest_shown));
}

}  // namespace

std::string describe(failure_context const& seen) {
  std::string line;
  add(line, "", seen.operation.view());
  add(line, "call", seen.correlation_id.view());
  if (seen.attempt > 0) add(line, "attempt", std::to_string(seen.attempt));
  add(line, "phase", name_of(seen.how_far));
  std::array<std::pair<std::string_view, std::string_view>, 9> const fields{
      {{"severity", seen.server.severity},
       {"schema", seen.server.schema},
       {"table", seen.server.table},
       {"column", seen.server.column},
       {"type", seen.server.data_type},
       {"constraint", seen.server.constraint},
       {"routine", seen.server.routine},
       {"detail", seen.server.detail},
       {"hint", seen.server.hint}}};
  for (auto const& [name, value] : fields) add(line, name, value);
  return line;
}

}  // namespace holdfast
