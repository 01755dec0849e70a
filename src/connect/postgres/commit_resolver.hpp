#pragma once

#include "connect/postgres/commit_inquiry.hpp"
#include "connect/postgres/server_history.hpp"
#include "connect/postgres/session.hpp"
#include "connect/postgres/task.hpp"
#include "connect/postgres/waiting.hpp"
#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/random.hpp"
#include "holdfast/connect/postgres/commit_doubt.hpp"
#include "holdfast/connect/postgres/connection_options.hpp"

#include <memory>
#include <optional>
#include <string>

namespace holdfast::postgres {

/// Reads the mark of the transaction that is open on a connection, and prepares it for COMMIT:
/// deferred constraints are checked now, which leaves less to go wrong later, and statement_timeout
/// is taken off: at COMMIT it would cut the wait for standbys short. One round trip.
/// @param ledger_key of the row to be written; empty for none
[[nodiscard]] task<expected<commit_mark, failure>> mark_commit(session& on,
                                                               std::string const& ledger_key,
                                                               server_history& history);

/// Drives a `commit_inquiry` over sessions of its own.
class commit_resolver {
 public:
  commit_resolver(connection_options server, server_history& history, commit_doubt& doubt,
                  random_bits chance, waiter& by);

  /// Fills outcome, by, looks, fenced and took of the doubt. Returns not later than `until`, but
  /// for a look under way.
  [[nodiscard]] task<void> resolve(instant until);

 private:
  [[nodiscard]] task<bool> has_session();
  [[nodiscard]] task<inquiry_step> look(commit_inquiry& inquiry);
  [[nodiscard]] task<std::optional<inquiry_step>> next(inquiry_step step, commit_inquiry& inquiry);
  [[nodiscard]] task<std::optional<bool>> is_in_ledger();
  [[nodiscard]] task<void> end_backend();
  [[nodiscard]] task<bool> standbys_have_it();
  [[nodiscard]] task<void> pause();

  connection_options server_;
  server_history* history_;
  commit_doubt* doubt_;
  random_bits chance_;
  instant until_{};
  waiter* by_;
  std::unique_ptr<session> session_{};
  duration pause_;
};

}  // namespace holdfast::postgres
