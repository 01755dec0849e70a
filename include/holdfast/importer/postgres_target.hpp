#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/timekeeper.hpp"
#include "holdfast/importer/target.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace holdfast {

struct postgres_target_options {
  std::string conninfo{};      ///< as libpq reads it: a URI, or "host=db dbname=lab"
  std::stop_token stop{};      ///< ends the pauses between attempts
  timekeeper* time = nullptr;  ///< of those pauses; the system's where null
  /// Of one batch, from BEGIN on; a table that is rewritten gets as long as it takes. > 0.
  duration batch_timeout = std::chrono::minutes{5};
  duration connect_timeout = std::chrono::seconds{5};  ///< Of one host. > 0.
  /// Transactions run under this one, such as a manager's, in place of a guard of their own.
  std::optional<guard> shared_guard{};
  /// Told of the guard of its own, before it is used: for metrics.
  std::function<void(guard const&)> on_guard{};
};

/// Records that a batch should hold: fewer cost more round trips and commits each.
inline constexpr int postgres_batch_records = 10'000;

/// Whether `--into` names a PostgreSQL database and no file: postgresql:// or postgres://, or
/// libpq's key words, of which the first must be host, hostaddr, port, dbname, user or service.
[[nodiscard]] bool names_postgres(std::string_view target) noexcept;

/// A PostgreSQL database as target, version 13 or later, also behind a pooler in transaction mode:
/// nothing is kept in a session.
///
/// A server that is away, a lock and whatever else passes is tried again under a guard, and then
/// refused: the run waits. A COMMIT whose answer was lost is looked into by the next attempt, which
/// finds its own batch in the ledger or writes it: never twice. What does not pass by itself stops
/// the run, with the batch rolled back.
[[nodiscard]] std::unique_ptr<import_target> open_postgres_target(postgres_target_options options);

}  // namespace holdfast
