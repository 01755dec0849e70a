#include "connect/postgres/server_history.hpp"

#include <algorithm>

namespace holdfast::postgres {

void server_history::saw(server_sight const& seen) {
  if (seen.timeline.empty()) return;  // a standby: it gives no xids
  std::lock_guard const lock{mutex_};
  if (seen.system != system_ || seen.timeline != timeline_) {
    system_ = seen.system;
    timeline_ = seen.timeline;
    recoveries_.clear();
  }
  auto const found = std::lower_bound(
      recoveries_.begin(), recoveries_.end(), seen.counts_since,
      [](server_recovery const& each, std::int64_t since) { return each.counts_since < since; });
  bool const known = found != recoveries_.end() && found->counts_since == seen.counts_since;
  std::optional<std::uint64_t> next_xid;
  if (seen.ended_recovery) next_xid = seen.next_xid;
  if (!known) {
    recoveries_.insert(found, {seen.counts_since, next_xid});
    if (recoveries_.size() > most) recoveries_.pop_front();
  } else if (next_xid) {
    found->next_xid = next_xid;
  }
}

std::vector<server_recovery> server_history::recoveries_since(commit_mark const& mark) const {
  std::vector<server_recovery> after;
  std::lock_guard const lock{mutex_};
  if (mark.system != system_ || mark.timeline != timeline_) return after;
  for (auto const& each : recoveries_) {
    if (each.counts_since > mark.counts_since) after.push_back(each);
  }
  return after;
}

}  // namespace holdfast::postgres
