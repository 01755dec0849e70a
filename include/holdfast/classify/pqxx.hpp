#pragma once

// An adapter, for programs that have libpqxx: it names the exceptions of 6.4, Debian 12's. Those of
// version 7 have the same names. Not part of <holdfast/holdfast.hpp>; needs exceptions.

#include "holdfast/base/failure.hpp"
#include "holdfast/classify/sqlstate.hpp"

#include <string_view>

#include <pqxx/except>

namespace holdfast {

namespace detail {

/// The SQLSTATE of an exception whose type stands for it; empty where the link was lost.
inline std::string_view sqlstate_of(pqxx::failure const& thrown) noexcept {
  if (auto const* const sql = dynamic_cast<pqxx::sql_error const*>(&thrown)) {
    return sql->sqlstate();
  }
  if (dynamic_cast<pqxx::too_many_connections const*>(&thrown) != nullptr) return "53300";
  if (dynamic_cast<pqxx::broken_connection const*>(&thrown) != nullptr) return "";
  if (dynamic_cast<pqxx::in_doubt_error const*>(&thrown) != nullptr) return "08007";
  if (dynamic_cast<pqxx::serialization_failure const*>(&thrown) != nullptr) return "40001";
  if (dynamic_cast<pqxx::deadlock_detected const*>(&thrown) != nullptr) return "40P01";
  if (dynamic_cast<pqxx::statement_completion_unknown const*>(&thrown) != nullptr) return "40003";
  if (dynamic_cast<pqxx::transaction_rollback const*>(&thrown) != nullptr) return "40000";
  return "unknown";
}

}  // namespace detail

/// Judges an exception of libpqxx by the SQLSTATE that it carries or that its type stands for.
///
/// @param how_far the last step known to have *started*: sent within a pqxx::work, whose commit()
///                throws in_doubt_error itself; awaiting_commit in a pqxx::nontransaction
/// Cost: some dynamic casts, no allocation. Source: libpqxx 6.4, pqxx/except.hxx.
[[nodiscard]] inline failure classify_pqxx(pqxx::failure const& thrown, phase how_far) noexcept {
  return classify_sqlstate({.sqlstate = detail::sqlstate_of(thrown),
                            .how_far = how_far,
                            .message = std::string_view{thrown.what()}});
}

}  // namespace holdfast

// Found by the namespace of its argument: `classifies<pqxx::conversion_error, pqxx::failure>{}`
// tells a guard all of them.
namespace pqxx {

/// The phase is not known, so what would be safe within a transaction and in doubt outside of one
/// is repeated only where that does no harm.
[[nodiscard]] inline holdfast::failure failure_of(failure const& thrown) noexcept {
  using holdfast::advice;
  using holdfast::phase;
  holdfast::failure seen = holdfast::classify_pqxx(thrown, phase::sent);
  bool const doubtful =
      holdfast::classify_pqxx(thrown, phase::awaiting_commit).advice == advice::resolve_first;
  bool const repeats = seen.advice != advice::never && seen.advice != advice::resolve_first;
  if (doubtful && repeats) seen.advice = advice::if_idempotent;
  return seen;
}

/// A value that does not fit the type it is read as: the data's fault, not a mistake in the program
/// as its base, std::domain_error, would make it.
[[nodiscard]] inline holdfast::failure failure_of(conversion_error const& thrown) noexcept {
  holdfast::failure seen;
  seen.category = holdfast::category::data;
  seen.fault = holdfast::fault::caller;
  seen.advice = holdfast::advice::never;
  seen.code.kind = holdfast::code_kind::exception;
  seen.code.value = std::string_view{"pqxx::conversion_error"};
  seen.text = std::string_view{thrown.what()};
  return seen;
}

}  // namespace pqxx
