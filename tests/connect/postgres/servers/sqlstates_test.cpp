// A real server is driven into every SQLSTATE of the lists in sqlstates/, and what the connection
// makes of it is held to the list and to the table of codes: directly, then through a pooler.

#include "holdfast/classify/sqlstate.hpp"
#include "sqlstates/provocation.hpp"
#include "sqlstates/scene.hpp"

#include <algorithm>
#include <iostream>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace postgres_tests {

void PrintTo(decided const& value, std::ostream* out) {
  *out << name_of(value.category) << ", advice " << name_of(value.advice) << ", poisoned "
       << name_of(value.poisoned) << ", fault " << name_of(value.fault);
}

namespace {

using namespace holdfast;

decided judgement_in(failure const& seen) {
  return {seen.category, seen.advice, seen.poisoned, seen.fault};
}

/// What the table says of the same.
failure by_the_table(scene_row const& row, scene const& on, failure const& seen) {
  return classify_sqlstate({.sqlstate = row.sqlstate,
                            .how_far = row.how_far,
                            .fatal = row.fatal,
                            .message = seen.text,
                            .source_function = on.context.server.routine,
                            .cancelled_by_caller = row.cancelled,
                            .behind_pooler = on.pooled()});
}

/// Whether the session still answers, after what was open is rolled back.
bool answers(postgres::connection& session) {
  if (!session.is_usable()) return false;
  if (session.in_transaction()) must(session, "ROLLBACK");
  auto const answer = session.read("SELECT 7");
  return answer && answer->integer(0, 0) == 7;
}

class Sqlstates : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_postgres()) GTEST_SKIP() << "PostgreSQL 15 is not installed";
  }

  void provoke(scene_row const& row, scene& on) {
    SCOPED_TRACE(std::string{row.sqlstate} + ": " + std::string{row.how});
    on.context = {};
    judge(row, on, row.provoke(on));
  }

  void provoke(sql_row const& row, scene& on, bool in_block) {
    SCOPED_TRACE(std::string{row.sqlstate} + (in_block ? ", in a block: " : ": ") +
                 std::string{row.sql});
    on.context = {};
    auto session = on.open();
    if (in_block) must(session, "BEGIN");
    // A text of several commands may hold a COMMIT, and is judged so where it has the word END.
    bool const alone = row.sql.starts_with("DO ");
    auto const answer = alone ? session.execute(row.sql) : session.run_script(std::string{row.sql});
    scene_row const as{.sqlstate = row.sqlstate,
                       .how = row.sql,
                       .provoke = nullptr,
                       .judgement = row.judgement,
                       .how_far = in_block ? phase::sent : phase::awaiting_commit};
    judge(as, on, came_of(answer, std::move(session)));
  }

  void provoke_all(scene& on) {
    for (auto const& list :
         {rows_of_data(), rows_of_schemas(), rows_of_states(), rows_of_systems()}) {
      for (sql_row const& each : list) {
        if (on.pooled() && !each.not_pooled.empty()) continue;
        if (each.where != block::within) provoke(each, on, false);
        if (each.where != block::without) provoke(each, on, true);
      }
    }
    for (auto const& list : {rows_of_locks(), rows_of_limits(), rows_of_sessions(),
                             rows_of_damage(), rows_of_endings()}) {
      for (scene_row const& each : list) {
        if (!on.pooled() || each.not_pooled.empty()) provoke(each, on);
      }
    }
  }

  /// Of what the table calls the fault of the system, the server or the link.
  [[nodiscard]] std::ptrdiff_t reached_of_machines() const {
    return std::ranges::count_if(reached, [](std::string const& code) {
      static std::set<std::string> const classes{"08", "40", "53", "55", "57", "58"};
      return classes.contains(code.substr(0, 2));
    });
  }

  std::set<std::string> reached;

 private:
  void judge(scene_row const& row, scene const& on, provoked made) {
    ASSERT_TRUE(made.seen) << "it succeeded";
    failure const& seen = *made.seen;
    ASSERT_EQ(seen.code.value.view(), row.sqlstate) << describe(seen);
    reached.emplace(row.sqlstate);
    EXPECT_NE(find_sqlstate(row.sqlstate), nullptr) << "the table lacks it";
    EXPECT_EQ(judgement_in(seen), row.judgement);
    EXPECT_EQ(judgement_in(seen), judgement_in(by_the_table(row, on, seen)));
    EXPECT_EQ(name_of(on.context.how_far), name_of(row.how_far));
    if (made.session) {
      EXPECT_EQ(answers(*made.session), seen.poisoned != poisoned::connection) << describe(seen);
    }
  }
};

TEST_F(Sqlstates, OfAServerAreJudgedAsTheTableSays) {
  scene on{false};

  provoke_all(on);

  std::cout << "reached " << reached.size() << " SQLSTATEs, " << reached_of_machines()
            << " of them of the classes 08, 40, 53, 55, 57, 58\n";
  EXPECT_GE(reached.size(), 130U);
  EXPECT_GE(reached_of_machines(), 20);
}

TEST_F(Sqlstates, ComeThroughAPoolerAsTheyAre) {
  if (!has_pgbouncer()) GTEST_SKIP() << "pgbouncer is not installed";
  scene on{true};

  provoke_all(on);

  std::cout << "reached " << reached.size() << " SQLSTATEs through a pooler\n";
  EXPECT_GE(reached.size(), 110U);
}

}  // namespace
}  // namespace postgres_tests
