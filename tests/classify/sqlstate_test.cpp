#include "holdfast/classify/sqlstate.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using enum advice;

struct sqlstate_case {
  char const* sqlstate;
  holdfast::phase how_far;
  bool fatal;
  holdfast::category category;
  holdfast::severity severity;
  holdfast::fault fault;
  holdfast::advice advice;
  holdfast::poisoned poisoned;
};

constexpr auto not_sent = phase::not_sent;
constexpr auto sent = phase::sent;
constexpr auto at_commit = phase::awaiting_commit;
constexpr bool fatal = true;
constexpr bool plain = false;

constexpr auto cases = std::to_array<sqlstate_case>({
    // A conflict: from BEGIN, also where it answers COMMIT; in a new session where this one ended.
    {"40001", sent, plain, category::transient, severity::low, fault::caller, restart_transaction,
     poisoned::transaction},
    {"40001", at_commit, plain, category::transient, severity::low, fault::caller,
     restart_transaction, poisoned::transaction},
    {"40001", sent, fatal, category::transient, severity::low, fault::caller, after_reconnect,
     poisoned::connection},
    {"40001", at_commit, fatal, category::in_doubt, severity::high, fault::dependency,
     resolve_first, poisoned::connection},
    {"23505", at_commit, fatal, category::in_doubt, severity::high, fault::dependency,
     resolve_first, poisoned::connection},
    {"25P03", at_commit, fatal, category::in_doubt, severity::high, fault::caller, resolve_first,
     poisoned::connection},
    {"40P01", sent, plain, category::transient, severity::low, fault::caller, restart_transaction,
     poisoned::transaction},
    // A broken link: nothing was sent, or all is rolled back, or nobody knows.
    {"08006", not_sent, plain, category::connection, severity::high, fault::dependency,
     after_reconnect, poisoned::connection},
    {"08006", sent, plain, category::connection, severity::high, fault::dependency, after_reconnect,
     poisoned::connection},
    {"08006", at_commit, plain, category::in_doubt, severity::high, fault::dependency,
     resolve_first, poisoned::connection},
    {"", not_sent, plain, category::connection, severity::high, fault::dependency, after_reconnect,
     poisoned::connection},
    {"", sent, plain, category::connection, severity::high, fault::dependency, after_reconnect,
     poisoned::connection},
    {"", at_commit, plain, category::in_doubt, severity::high, fault::dependency, resolve_first,
     poisoned::connection},
    {"57P01", sent, fatal, category::transient, severity::high, fault::dependency, after_reconnect,
     poisoned::connection},
    {"57P01", at_commit, fatal, category::in_doubt, severity::high, fault::dependency,
     resolve_first, poisoned::connection},
    // In doubt by their own word, but not before anything was sent.
    {"08007", sent, plain, category::in_doubt, severity::critical, fault::dependency, resolve_first,
     poisoned::connection},
    {"40003", sent, plain, category::in_doubt, severity::critical, fault::caller, resolve_first,
     poisoned::transaction},
    {"40003", not_sent, plain, category::connection, severity::high, fault::dependency,
     after_reconnect, poisoned::connection},
    // Never again, whatever the phase.
    {"23505", at_commit, plain, category::integrity, severity::medium, fault::caller, never,
     poisoned::transaction},
    {"40002", at_commit, plain, category::integrity, severity::medium, fault::caller, never,
     poisoned::transaction},
    {"42P01", sent, plain, category::configuration, severity::high, fault::caller, never,
     poisoned::transaction},
    {"53400", sent, plain, category::configuration, severity::high, fault::dependency, never,
     poisoned::transaction},
    {"28P01", not_sent, fatal, category::authentication, severity::high, fault::dependency, never,
     poisoned::connection},
    {"XX001", sent, plain, category::corruption, severity::critical, fault::dependency, never,
     poisoned::transaction},
    // Another session, another statement, or a pause.
    {"25006", sent, plain, category::transient, severity::high, fault::dependency, after_reconnect,
     poisoned::connection},
    {"26000", sent, plain, category::programming, severity::medium, fault::caller, after_reprepare,
     poisoned::transaction},
    {"42P05", sent, plain, category::programming, severity::medium, fault::caller, after_reprepare,
     poisoned::transaction},
    {"53100", sent, plain, category::resource, severity::critical, fault::dependency, after_backoff,
     poisoned::transaction},
    {"53300", not_sent, fatal, category::resource, severity::high, fault::dependency,
     after_reconnect, poisoned::connection},
    {"55P03", sent, plain, category::transient, severity::low, fault::caller, after_backoff,
     poisoned::transaction},
    {"57014", sent, plain, category::timeout, severity::medium, fault::dependency, after_backoff,
     poisoned::transaction},
    // Not listed: as the class; of no class: unknown.
    {"22ZZZ", sent, plain, category::data, severity::medium, fault::caller, never,
     poisoned::transaction},
    {"40ZZZ", sent, plain, category::transient, severity::low, fault::caller, restart_transaction,
     poisoned::transaction},
    {"ZZ123", not_sent, plain, category::unknown, severity::medium, fault::dependency,
     after_backoff, poisoned::nothing},
    {"ZZ123", sent, plain, category::unknown, severity::medium, fault::dependency, if_idempotent,
     poisoned::nothing},
    {"ZZ123", sent, fatal, category::unknown, severity::medium, fault::dependency, if_idempotent,
     poisoned::connection},
    {"ZZ123", at_commit, plain, category::unknown, severity::medium, fault::dependency,
     if_idempotent, poisoned::nothing},
    {"ZZ123", at_commit, fatal, category::in_doubt, severity::high, fault::dependency,
     resolve_first, poisoned::connection},
    {"4000x", at_commit, plain, category::in_doubt, severity::high, fault::dependency,
     resolve_first, poisoned::nothing},
    {"4000", sent, plain, category::unknown, severity::medium, fault::dependency, if_idempotent,
     poisoned::nothing},
    {"4000x", sent, plain, category::unknown, severity::medium, fault::dependency, if_idempotent,
     poisoned::nothing},
    // No failures at all.
    {"00000", at_commit, plain, category::unknown, severity::low, fault::caller, never,
     poisoned::nothing},
    {"01004", sent, fatal, category::unknown, severity::medium, fault::caller, never,
     poisoned::nothing},
});

TEST(Sqlstate, MeansWhatTheTableSays) {
  for (auto const& expected : cases) {
    failure const seen = classify_sqlstate(
        {.sqlstate = expected.sqlstate, .how_far = expected.how_far, .fatal = expected.fatal});

    std::string const name = std::string{expected.sqlstate} + " " +
                             std::string{name_of(expected.how_far)} +
                             (expected.fatal ? " FATAL" : "");
    EXPECT_EQ(name_of(seen.category), name_of(expected.category)) << name;
    EXPECT_EQ(name_of(seen.severity), name_of(expected.severity)) << name;
    EXPECT_EQ(name_of(seen.fault), name_of(expected.fault)) << name;
    EXPECT_EQ(name_of(seen.advice), name_of(expected.advice)) << name;
    EXPECT_EQ(name_of(seen.poisoned), name_of(expected.poisoned)) << name;
    EXPECT_EQ(seen.code.kind, code_kind::sqlstate) << name;
  }
}

TEST(Sqlstate, WhereNothingIsSaidOfThePhaseItIsTheMostCarefulOne) {
  EXPECT_EQ(classify_sqlstate({.sqlstate = "08006"}).advice, resolve_first);
}

TEST(Sqlstate, TheTextIsTheServersOrTheNameOfTheCode) {
  EXPECT_EQ(classify_sqlstate("40P01", sent).text, "deadlock_detected");
  EXPECT_EQ(classify_sqlstate({.sqlstate = "40P01", .message = "Verklemmung"}).text, "Verklemmung");
  EXPECT_EQ(classify_sqlstate("", sent).code.value, "none");
  EXPECT_EQ(classify_sqlstate("ZZ123", sent).code.value, "ZZ123");
}

TEST(Sqlstate, ACancelOfOurCallersIsNotATimeout) {
  failure const ours =
      classify_sqlstate({.sqlstate = "57014", .how_far = sent, .cancelled_by_caller = true});

  EXPECT_EQ(ours.category, category::cancelled);
  EXPECT_EQ(ours.fault, fault::nobody);
  EXPECT_EQ(ours.advice, never);
}

TEST(Sqlstate, AnOutdatedPlanIsToldByTheServersRoutineNotByItsWords) {
  failure const outdated = classify_sqlstate({.sqlstate = "0A000",
                                              .how_far = sent,
                                              .message = "zwischengespeicherter Plan …",
                                              .source_function = "RevalidateCachedQuery"});
  failure const lacking = classify_sqlstate(
      {.sqlstate = "0A000", .how_far = sent, .message = "cached plan must not change result type"});

  EXPECT_EQ(outdated.advice, after_reprepare);
  EXPECT_EQ(lacking.advice, never);
}

TEST(Sqlstate, APoolersProtocolViolationIsALostLink) {
  sqlstate_report pooled{.sqlstate = "08P01", .how_far = sent, .behind_pooler = true};

  EXPECT_EQ(classify_sqlstate("08P01", sent).advice, never);
  EXPECT_EQ(classify_sqlstate(pooled).advice, after_reconnect);
  pooled.how_far = at_commit;
  EXPECT_EQ(classify_sqlstate(pooled).advice, resolve_first);
}

TEST(CommitTag, RollbackIsADefiniteNo) {
  auto const seen = classify_commit_tag("ROLLBACK");

  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->category, category::programming);
  EXPECT_EQ(seen->advice, never);
  EXPECT_EQ(seen->poisoned, poisoned::transaction);
  EXPECT_EQ(seen->code, (failure_code{code_kind::sqlstate, "25P02"}));
}

TEST(CommitTag, TheTagsOfSuccessAreNoFailure) {
  for (auto const* tag : {"COMMIT", "PREPARE TRANSACTION", "COMMIT PREPARED"}) {
    EXPECT_FALSE(classify_commit_tag(tag)) << tag;
  }
}

TEST(CommitTag, TheTagOfAnotherCommandLeavesItInDoubt) {
  for (auto const* tag : {"", "INSERT 0 1", "commit", "ROLLBACK PREPARED"}) {
    auto const seen = classify_commit_tag(tag);
    ASSERT_TRUE(seen) << tag;
    EXPECT_EQ(seen->advice, resolve_first) << tag;
    EXPECT_EQ(seen->poisoned, poisoned::connection) << tag;
  }
}

TEST(SqlstateFacts, TellWhetherARowCanBeAtFault) {
  for (auto const* code : {"22P02", "23505", "54000", "21000", "P0001", "22ZZZ"}) {
    EXPECT_TRUE(is_row_fault(code)) << code;
  }
  for (auto const* code : {"42P01", "53100", "22023x", "", "ZZ123", "54001"}) {
    EXPECT_FALSE(is_row_fault(code)) << code;
  }
}

TEST(SqlstateFacts, TellSuccessFromFailure) {
  for (auto const* code : {"00000", "01004", "02000", "02ZZZ"}) {
    EXPECT_TRUE(is_success_sqlstate(code)) << code;
  }
  for (auto const* code : {"03000", "", "ZZ000"}) EXPECT_FALSE(is_success_sqlstate(code)) << code;
}

TEST(SqlstateFacts, AreFoundForEveryListedCodeAndNoOther) {
  for (auto const& each : sqlstate_table()) EXPECT_EQ(find_sqlstate(each.sqlstate), &each);
  EXPECT_EQ(find_sqlstate("22ZZZ"), nullptr);
  EXPECT_EQ(find_sqlstate(""), nullptr);
}

}  // namespace
}  // namespace holdfast
