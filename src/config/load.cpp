#include "holdfast/config/load.hpp"

#include <algorithm>
#include <tuple>

namespace holdfast {

void sort_by_position(problems& found) {
  std::stable_sort(found.begin(), found.end(), [](problem const& a, problem const& b) {
    return std::tie(a.where.line, a.where.column) < std::tie(b.where.line, b.where.column);
  });
}

}  // namespace holdfast
