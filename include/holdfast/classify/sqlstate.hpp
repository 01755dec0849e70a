#pragma once

#include "holdfast/base/failure.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace holdfast {

/// What a PostgreSQL server, or the loss of it, said of a statement. Plain data; texts are borrowed
/// for the call.
struct sqlstate_report {
  /// Five digits and upper-case letters. Empty where the server sent none: the link was lost.
  std::string_view sqlstate;
  /// The last step known to have *started*. A statement outside of a transaction block commits
  /// itself: unless it is known to be read-only, it is `awaiting_commit` from the moment it is
  /// sent. The default is the most careful one.
  phase how_far = phase::awaiting_commit;
  /// Severity FATAL or PANIC (PG_DIAG_SEVERITY_NONLOCALIZED): the session has ended.
  bool fatal = false;
  /// The server's message, for people. It is translated, so nothing is read out of it.
  std::string_view message{};
  /// PG_DIAG_SOURCE_FUNCTION. With 0A000, "RevalidateCachedQuery" tells a prepared statement whose
  /// table was changed from a feature that the server lacks.
  std::string_view source_function{};
  /// Whether the statement was cancelled because our caller gave up. Otherwise 57014 is taken for
  /// the statement_timeout that it is too.
  bool cancelled_by_caller = false;
  /// Whether a pooler stands between: then 08P01 is its word for trouble with its own connections,
  /// instead of a mistake in the protocol.
  bool behind_pooler = false;
};

/// Judges a PostgreSQL error by its SQLSTATE and by how far the statement had come.
///
/// The code alone is not enough. Before a statement was sent nothing can be in doubt. Within a
/// transaction the loss of the session rolls everything back. While COMMIT is awaited an ERROR says
/// that it did not happen, but a lost link, FATAL and PANIC, and the few codes that say so, leave
/// it in doubt: category in_doubt, advice resolve_first.
///
/// An unknown code is judged as its class, its first two characters; one of an unknown class, or no
/// SQLSTATE, which is in doubt at COMMIT, is an unknown failure (if_idempotent once sent). Codes of
/// the classes 00, 01, 02 are no failures (`is_success_sqlstate`): the answer is an unknown failure
/// of low severity that must never be repeated, since what it repeats has happened.
///
/// The unit of repetition is the whole transaction, also where the advice is after_backoff.
/// Cost: one perfect hash, no allocation; below 20 ns (docs/performance.md).
/// Source: PostgreSQL manual, appendix "Error Codes"; rows in src/classify/tables/sqlstate.tsv.
[[nodiscard]] failure classify_sqlstate(sqlstate_report const& seen) noexcept;

/// The same where nothing but the code and the phase is known.
[[nodiscard]] failure classify_sqlstate(std::string_view sqlstate, phase how_far) noexcept;

/// Judges the command tag with which the server answered COMMIT, PREPARE TRANSACTION or COMMIT
/// PREPARED: nothing if that succeeded.
///
/// The trap: COMMIT of a transaction in which a statement had failed is answered without an error,
/// by the tag ROLLBACK. That is a definite no, with the code 25P02 (an earlier error decides; this
/// one says that somebody did not look at it). A tag that belongs to no such command means that
/// answers are out of step: in doubt, and the connection is poisoned.
///
/// @param tag as PQcmdStatus gives it
[[nodiscard]] std::optional<failure> classify_commit_tag(std::string_view tag) noexcept;

/// Whether one row of many can be at fault, so that bisecting a batch makes sense. An unknown code
/// is judged as its class.
[[nodiscard]] bool is_row_fault(std::string_view sqlstate) noexcept;

/// Whether a code says that the statement succeeded: classes 00, 01 (warning), 02 (no data).
[[nodiscard]] bool is_success_sqlstate(std::string_view sqlstate) noexcept;

/// What an error that answers COMMIT says of it, unless its severity is FATAL or PANIC.
enum class commit_outcome {
  rolled_back,  ///< a definite no
  unknown,      ///< to be resolved
  not_sent,     ///< the session had not begun, so nothing was sent
};

[[nodiscard]] std::string_view name_of(commit_outcome value) noexcept;

/// What the table tells of one code besides its verdict.
struct sqlstate_facts {
  std::string_view sqlstate;
  std::string_view condition_name;  ///< "serialization_failure"
  commit_outcome at_commit;
  bool session_lost;
  bool row_fault;
  bool success;             ///< a code of the classes 00, 01, 02
  std::string_view reason;  ///< one line, for people
};

/// Every code of the table, in ascending order. Lives as long as the program.
[[nodiscard]] std::span<sqlstate_facts const> sqlstate_table() noexcept;

/// The facts of a code, or null for one that is not listed: its class is not asked.
[[nodiscard]] sqlstate_facts const* find_sqlstate(std::string_view sqlstate) noexcept;

}  // namespace holdfast
