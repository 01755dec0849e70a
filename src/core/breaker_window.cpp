#include "holdfast/core/breaker_window_fields.hpp"

namespace holdfast {

std::vector<field_problem> fields_of<breaker_window>::contradictions(
    breaker_window const& options) {
  duration const least = options.buckets * shortest_bucket;
  if (options.kind != window_kind::time || options.span >= least) return {};
  return {{"span",
           to_text(options.span) + " in " + std::to_string(options.buckets) + " buckets is below " +
               to_text(shortest_bucket) + " a bucket",
           to_text(least) + " .. " + to_text(week) + ", or fewer buckets"}};
}

}  // namespace holdfast
