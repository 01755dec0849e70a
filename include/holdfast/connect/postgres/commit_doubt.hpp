#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/classify/recoverer.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace holdfast {
namespace postgres {

/// What answered the question whether a commit happened.
enum class answered_by {
  nobody,  ///< it is not known
  xid,     ///< pg_xact_status, on the same server and timeline
  ledger,  ///< the ledger row, or its absence
};

}  // namespace postgres

template <>
struct names_of<postgres::answered_by> {
  using enum postgres::answered_by;
  static constexpr std::array<named_value<postgres::answered_by>, 3> table{
      {{nobody, "nobody"}, {xid, "xid"}, {ledger, "ledger"}}};
};

}  // namespace holdfast

namespace holdfast::postgres {

/// Who a transaction is, and what its server was like: read in one query before COMMIT. An xid
/// answers only on the server that gave it, only on the same timeline, and after a crash only where
/// the server can't have given it out again.
struct commit_mark {
  std::string xid{};         ///< of 64 bits, in digits; empty where nothing can have been written
  int backend = 0;           ///< process id on the server
  std::string system{};      ///< system_identifier, in digits
  std::string timeline{};    ///< eight hex digits, as in names of WAL files
  std::string checkpoint{};  ///< place of the last checkpoint: a later crash makes another
  std::int64_t counts_since = 0;  ///< when the server began to count, in us: anew after a crash

  std::string ledger{};  ///< where the ledger row stands: "public.holdfast_commits"; or empty

  friend bool operator==(commit_mark const&, commit_mark const&) = default;
};

/// What became of a COMMIT whose answer was lost, and all that is needed to look by hand. Filled by
/// `transact` where it was asked for (`transaction_options::doubt`).
struct commit_doubt {
  bool arose = false;  ///< whether any COMMIT of the call was left unanswered
  resolved outcome = resolved::still_in_doubt;
  answered_by by = answered_by::nobody;
  commit_mark mark{};
  std::string ledger_key{};          ///< empty where there is no ledger
  int looks = 0;                     ///< how often a server was asked
  std::optional<failure> trouble{};  ///< what stood in the way of the last look that failed
  bool fenced = false;               ///< whether the old backend was ended
  duration took{};                   ///< from the loss of the answer to the verdict
};

/// One paragraph for people: what is in doubt, and the query that tells, to be run by hand.
[[nodiscard]] std::string describe(commit_doubt const& doubt);

}  // namespace holdfast::postgres
