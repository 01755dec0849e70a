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
  bool const same_server = seen.system == mark_.system && seen.timeline == mark_.timeline;
  if (!same_server) return ask_others();
  bool const believed = has_no_crash(seen) || seen.checkpoint_at_rest;
  bool const lost_in_crash =
      !has_no_crash(seen) && seen.checkpoint_at_rest && number_in(mark_.xid) >= seen.next_xid;
  if (lost_in_crash || seen.never_given) return settle(resolved::did_not_happen, answered_by::xid);
  // Also where the xid may be another's by now: had ours been committed, it could not be.
  if (seen.status == "aborted") return settle(resolved::did_not_happen, answered_by::xid);
  if (seen.status == "committed") return believed ? committed(answered_by::xid) : ask_others();
  if (seen.status != "in progress") return ask_others();  // too old to know
  // At the first sight the COMMIT may just be on its way through.
  return ++in_progress_ > 1 ? inquiry_step::end_backend : inquiry_step::look;
}

/// Whether the server has not crashed since the mark: then it has given no xid out again.
bool commit_inquiry::has_no_crash(commit_sighting const& seen) const {
  bool const counts_on = !seen.stats_since.empty() && seen.stats_since == mark_.stats_since;
  return counts_on || seen.checkpoint == mark_.checkpoint;
}

inquiry_step commit_inquiry::on_ledger(bool found) {
  if (found) return committed(answered_by::ledger);
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
