#include "serve/audit_counts.hpp"

namespace holdfast {

void audit_counts::write_metrics(metric_writer& to) const {
  to.begin("holdfast_audit_records_total", metric_type::counter,
           "What was done to guards from outside, or to what is known of them.");
  for (auto const& each : names_of<audit_kind>::table) {
    to.value({{"kind", each.name}},
             each_[static_cast<std::size_t>(each.value)].load(std::memory_order_relaxed));
  }
  to.begin("holdfast_state_store_failing", metric_type::gauge,
           "1 while the state store can't be read or written.");
  to.value({}, std::uint64_t{failing_.load(std::memory_order_relaxed) ? 1U : 0U});
}

}  // namespace holdfast
