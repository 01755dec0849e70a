#include "connect/postgres/commit_inquiry.hpp"

#include <charconv>
#include <utility>

namespace holdfast::postgres {
namespace {

std::uint64_t number_in(std::string const& digits) noexcept {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

commit_inquiry::commit_inquiry(commit_mark mark, bool has_ledger)
    : mark_{std::move(mark)}, has_ledger_{has_ledger} {}

inquiry_step commit_inquiry::on_sighting(commit_sighting const& seen) {
  has_standbys_ = seen.has_standbys;
  if (seen.in_recovery) return inquiry_step::look;  // whoever leads is found later
  bool const same_server =
      seen.server.system == mark_.system && seen.server.timeline == mark_.timeline;
  // Who was promoted from the server of the mark, at its time or later, has all that it will have.
  absence_tells_ = seen.server.system == mark_.system && seen.server.timeline >= mark_.timeline;
  if (!same_server) return ask_others();
  xid_fate const fate = fate_of_xid(seen);
  // Had ours been committed, the xid could not be another's by now, nor aborted.
  bool const is_lost =
      fate == xid_fate::given_out_again || seen.never_given || seen.status == "aborted";
  if (is_lost) return settle(resolved::did_not_happen, answered_by::xid);
  if (seen.status == "committed") {
    bool const believed =
        fate == xid_fate::ours || (fate == xid_fate::ours_as_far_as_seen && !has_ledger_);
    return believed ? committed(answered_by::xid) : ask_others();
  }
  if (seen.status != "in progress") return ask_others();  // too old to know
  // At the first sight the COMMIT may just be on its way through.
  return ++in_progress_ > 1 ? inquiry_step::end_backend : inquiry_step::look;
}

commit_inquiry::xid_fate commit_inquiry::fate_of_xid(commit_sighting const& seen) const {
  bool const counts_on = mark_.counts_since != 0 && seen.server.counts_since == mark_.counts_since;
  bool const no_crash = counts_on || seen.server.checkpoint == mark_.checkpoint;
  if (no_crash) return xid_fate::ours;
  auto const xid = number_in(mark_.xid);
  bool all_known = !seen.recoveries.empty();
  for (server_recovery const& each : seen.recoveries) {
    if (each.next_xid && xid >= *each.next_xid) return xid_fate::given_out_again;
    all_known = all_known && each.next_xid.has_value();
  }
  return all_known ? xid_fate::ours_as_far_as_seen : xid_fate::unknown;
}

inquiry_step commit_inquiry::on_ledger(bool found) {
  if (found) return committed(answered_by::ledger);
  if (!absence_tells_) return settle(resolved::still_in_doubt, answered_by::nobody);
  return settle(resolved::did_not_happen, answered_by::ledger);
}

inquiry_step commit_inquiry::on_standbys(bool have_it) {
  if (have_it) return settle(resolved::happened, by_);
  return inquiry_step::look;
}

inquiry_step commit_inquiry::settle(resolved outcome, answered_by by) noexcept {
  outcome_ = outcome;
  by_ = by;
  return inquiry_step::settled;
}

inquiry_step commit_inquiry::committed(answered_by by) noexcept {
  by_ = by;
  if (has_standbys_) return inquiry_step::wait_for_standbys;
  return settle(resolved::happened, by);
}

inquiry_step commit_inquiry::ask_others() noexcept {
  if (has_ledger_) return inquiry_step::ask_ledger;
  return settle(resolved::still_in_doubt, answered_by::nobody);
}

}  // namespace holdfast::postgres
