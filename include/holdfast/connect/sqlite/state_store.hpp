#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/state/state_store.hpp"
#include "holdfast/state/store_factories.hpp"

#include <memory>
#include <string>

namespace holdfast::sqlite {

struct state_store_options {
  std::string path;  ///< Of the database: one of its own, since a damaged one is moved as a whole.
  /// How long a call waits for another process that is writing, before it fails as transient.
  duration lock_timeout = std::chrono::seconds{5};
};

/// A store in one SQLite database, for many processes of one host. Each record is a row with a
/// version and a checksum: a bad row is moved to the table holdfast_state_damaged (the newest 100
/// are kept), and the others load. A damaged database as a whole becomes PATH.damaged-1, -2 and so
/// on, of which the newest 5 stay. Mode 0600. Writers lock PATH.lock (flock) beside it.
///
/// Write-ahead log, so that readers go on while one writes; synchronous=FULL, since the number of
/// an order that was answered must not be given again after a power cut. Each call opens the
/// database and closes it: so a fork does no harm, and a database that was set aside by another
/// process is left at once.
[[nodiscard]] std::unique_ptr<state_store> make_state_store(state_store_options options);

}  // namespace holdfast::sqlite

namespace holdfast {

/// Stores by `sqlite:PATH`.
[[nodiscard]] store_factory sqlite_stores();

}  // namespace holdfast
