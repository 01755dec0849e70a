#pragma once

#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/timekeeper.hpp"
#include "holdfast/importer/target.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace holdfast {

struct sqlite_target_options {
  std::string path = "holdfast.db";  ///< of the database file; made if it is not there
  std::stop_token stop{};            ///< ends a wait for a lock
  duration lock_timeout = std::chrono::seconds{1};  ///< of one attempt to take a lock
  timekeeper* time = nullptr;  ///< of the pauses between attempts; the system's where null
  /// Transactions run under this one, such as a manager's, in place of a guard of their own.
  std::optional<guard> shared_guard{};
  /// Told of the guard of its own, before it is used: for metrics.
  std::function<void(guard const&)> on_guard{};
};

/// An SQLite database as target, in WAL mode with every commit on the disk before it counts.
///
/// A locked database is tried again under a guard, and then refused: the run waits. A full disk and
/// every other error stop the run, with the batch rolled back.
[[nodiscard]] std::unique_ptr<import_target> open_sqlite_target(sqlite_target_options options);

}  // namespace holdfast
