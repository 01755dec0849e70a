#include "holdfast/classify/pqxx.hpp"

#include "holdfast/drive/classifies.hpp"

#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using enum advice;

/// What a guard that was told of libpqxx makes of an exception.
template <class Exception>
failure judged(Exception const& thrown) {
  try {
    throw thrown;
  } catch (...) {
    return classifies<pqxx::conversion_error, pqxx::failure>::judge();
  }
}

void expect(failure const& seen, char const* code, category kind, fault whose, advice how) {
  EXPECT_EQ(seen.code.value, code);
  EXPECT_EQ(name_of(seen.category), name_of(kind)) << code;
  EXPECT_EQ(name_of(seen.fault), name_of(whose)) << code;
  EXPECT_EQ(name_of(seen.advice), name_of(how)) << code;
}

TEST(PqxxException, MeansWhatTheTableSays) {
  expect(judged(pqxx::sql_error{"no", "SELECT", "42601"}), "42601", category::programming,
         fault::caller, never);
  expect(judged(pqxx::unique_violation{"no", "INSERT", "23505"}), "23505", category::integrity,
         fault::caller, never);
  expect(judged(pqxx::disk_full{"no", "INSERT", "53100"}), "53100", category::resource,
         fault::dependency, after_backoff);
  expect(judged(pqxx::undefined_table{"no", "SELECT", "42P01"}), "42P01", category::configuration,
         fault::caller, never);
  expect(judged(pqxx::serialization_failure{"no"}), "40001", category::transient, fault::caller,
         restart_transaction);
  expect(judged(pqxx::deadlock_detected{"no"}), "40P01", category::transient, fault::caller,
         restart_transaction);
  expect(judged(pqxx::transaction_rollback{"no"}), "40000", category::transient, fault::caller,
         restart_transaction);
  expect(judged(pqxx::statement_completion_unknown{"no"}), "40003", category::in_doubt,
         fault::caller, resolve_first);
  expect(judged(pqxx::in_doubt_error{"no"}), "08007", category::in_doubt, fault::dependency,
         resolve_first);
  expect(judged(pqxx::too_many_connections{"no"}), "53300", category::resource, fault::dependency,
         after_reconnect);
  expect(judged(pqxx::failure{"no"}), "unknown", category::unknown, fault::dependency,
         if_idempotent);
  expect(judged(pqxx::conversion_error{"no"}), "pqxx::conversion_error", category::data,
         fault::caller, never);
  expect(judged(pqxx::usage_error{"no"}), "std::logic_error", category::programming, fault::caller,
         never);
}

TEST(PqxxException, ALostLinkIsRepeatedBlindlyOnlyWhereThePhaseIsKnown) {
  pqxx::broken_connection const lost{"server closed the connection unexpectedly"};
  pqxx::sql_error const stopped{"terminating connection", "INSERT", "57P01"};

  EXPECT_EQ(judged(lost).advice, if_idempotent);
  EXPECT_EQ(judged(stopped).advice, if_idempotent);
  EXPECT_EQ(judged(lost).poisoned, poisoned::connection);
  EXPECT_EQ(classify_pqxx(lost, phase::sent).advice, after_reconnect);
  EXPECT_EQ(classify_pqxx(lost, phase::awaiting_commit).advice, resolve_first);
  EXPECT_EQ(classify_pqxx(stopped, phase::not_sent).advice, after_reconnect);
}

TEST(PqxxException, TheTextIsTheServers) {
  EXPECT_EQ(judged(pqxx::sql_error{"syntax error", "SELEC", "42601"}).text, "syntax error");
}

}  // namespace
}  // namespace holdfast
