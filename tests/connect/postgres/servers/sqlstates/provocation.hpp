#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/connect/postgres/connection.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace postgres_tests {

class scene;

/// What a failure is expected to be taken for.
struct decided {
  holdfast::category category;
  holdfast::advice advice;
  holdfast::poisoned poisoned;
  holdfast::fault fault;

  friend bool operator==(decided const&, decided const&) = default;
};

// What most codes come to.
using holdfast::poisoned;
inline constexpr decided bad_value{holdfast::category::data, holdfast::advice::never,
                                   poisoned::transaction, holdfast::fault::caller};
inline constexpr decided broken_rule{holdfast::category::integrity, holdfast::advice::never,
                                     poisoned::transaction, holdfast::fault::caller};
inline constexpr decided wrong_statement{holdfast::category::programming, holdfast::advice::never,
                                         poisoned::transaction, holdfast::fault::caller};
inline constexpr decided missing_object{holdfast::category::configuration, holdfast::advice::never,
                                        poisoned::transaction, holdfast::fault::caller};
inline constexpr decided run_again{holdfast::category::transient,
                                   holdfast::advice::restart_transaction, poisoned::transaction,
                                   holdfast::fault::caller};
inline constexpr decided in_doubt{holdfast::category::in_doubt, holdfast::advice::resolve_first,
                                  poisoned::connection, holdfast::fault::dependency};

/// In which transaction a script runs.
enum class block {
  either,   ///< both ways: it commits itself, and again in a block of its own
  without,  ///< it can't run in a block
  within,   ///< it needs one
};

/// A script whose last statement meets the condition.
struct sql_row {
  std::string_view sqlstate;
  std::string_view sql;
  decided judgement;
  block where = block::either;
  std::string_view not_pooled{};  ///< why it makes no sense behind a pooler; empty where it does
};

/// What came of a provocation.
struct provoked {
  std::optional<holdfast::failure> seen{};
  std::optional<holdfast::postgres::connection> session{};  ///< none where none was opened
};

template <class Answer>
provoked came_of(Answer const& answer, holdfast::postgres::connection session) {
  provoked made;
  if (!answer) made.seen = answer.error();
  made.session.emplace(std::move(session));
  return made;
}

/// A condition that takes more than a script.
struct scene_row {
  std::string_view sqlstate;
  std::string_view how;
  provoked (*provoke)(scene&);
  decided judgement;
  holdfast::phase how_far;
  bool fatal = false;      ///< the server ends the session
  bool cancelled = false;  ///< by our own caller
  std::string_view not_pooled{};
};

// Each list in a file of its own.
[[nodiscard]] std::span<sql_row const> rows_of_data();
[[nodiscard]] std::span<sql_row const> rows_of_schemas();
[[nodiscard]] std::span<sql_row const> rows_of_states();
[[nodiscard]] std::span<sql_row const> rows_of_systems();
[[nodiscard]] std::span<scene_row const> rows_of_locks();
[[nodiscard]] std::span<scene_row const> rows_of_limits();
[[nodiscard]] std::span<scene_row const> rows_of_sessions();
[[nodiscard]] std::span<scene_row const> rows_of_endings();
[[nodiscard]] std::span<scene_row const> rows_of_damage();

}  // namespace postgres_tests
