#pragma once

#include "connect/postgres/server_history.hpp"
#include "holdfast/classify/recoverer.hpp"
#include "holdfast/connect/postgres/commit_doubt.hpp"

#include <string>
#include <vector>

namespace holdfast::postgres {

/// What one look at a server found.
struct commit_sighting {
  bool in_recovery = false;   ///< a standby, or a server that is not up yet
  std::string status{};       ///< of pg_xact_status; empty where it is NULL or was not asked
  bool never_given = false;   ///< the server has not come to that xid: it lies in the future
  bool has_standbys = false;  ///< commits wait for standbys there
  server_sight server{};      ///< in recovery without a timeline
  std::vector<server_recovery> recoveries{};  ///< since the mark, that have been seen by anyone
};

/// What to do next about a commit in doubt.
enum class inquiry_step {
  look,               ///< ask a server, after a pause
  end_backend,        ///< end the old backend, then look again: it may commit yet
  ask_ledger,         ///< look for the ledger row, in the session that was just asked
  wait_for_standbys,  ///< it is committed there; make sure that the standbys have it
  settled,            ///< `outcome` and `by` tell; also that nobody can tell
};

/// Finds out whether a transaction was committed whose COMMIT was not answered. Decides alone: what
/// it asks for, a driver does, and tells it what came of it. No I/O, no clock.
///
/// An xid answers only on the server that gave it, and only on the same timeline: a standby that
/// was promoted gives the same numbers to others. Where either differs, the ledger is asked, or
/// nobody. A commit in progress may be behind a half-open link: its backend is ended, so that what
/// it becomes is final. "Committed" on a server with synchronous standbys may be so on that server
/// alone, and is an answer only when they have it: a failover would undo it.
///
/// After a crash a server gives an xid out again if nothing of its transaction was on the disk.
/// Then "committed" may be another's. It is believed where there was no crash (the last checkpoint,
/// or the time since when the server counts, are as in the mark), or where the checkpoints that
/// ended the recoveries tell that the xid had been on the disk. They tell it of the recoveries that
/// anyone has seen: where there is a ledger, it has the word after any crash.
class commit_inquiry {
 public:
  /// It begins with a look.
  commit_inquiry(commit_mark mark, bool has_ledger);

  [[nodiscard]] inquiry_step on_sighting(commit_sighting const& seen);
  [[nodiscard]] inquiry_step on_ledger(bool found);
  /// The standbys have it, or said nothing in time.
  [[nodiscard]] inquiry_step on_standbys(bool have_it);

  [[nodiscard]] resolved outcome() const noexcept { return outcome_; }
  [[nodiscard]] answered_by by() const noexcept { return by_; }

 private:
  /// Whose the xid is now.
  enum class xid_fate {
    ours,                 ///< of the transaction with the mark: there was no crash
    ours_as_far_as_seen,  ///< it was on the disk at every crash that anyone has seen
    given_out_again,      ///< that transaction was lost in a crash
    unknown,
  };

  [[nodiscard]] inquiry_step settle(resolved outcome, answered_by by) noexcept;
  [[nodiscard]] inquiry_step committed(answered_by by) noexcept;
  [[nodiscard]] inquiry_step ask_others() noexcept;
  [[nodiscard]] xid_fate fate_of_xid(commit_sighting const& seen) const;

  commit_mark mark_;
  bool has_ledger_;
  bool has_standbys_ = false;
  bool absence_tells_ = false;  // whether a row that is not there says something
  int in_progress_ = 0;         // sightings
  resolved outcome_ = resolved::still_in_doubt;
  answered_by by_ = answered_by::nobody;
};

}  // namespace holdfast::postgres
