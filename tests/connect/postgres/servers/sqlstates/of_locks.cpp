// Classes 40, 55, 57 and what COMMIT is told: transactions that meet others, and our own patience.

#include "provocation.hpp"
#include "scene.hpp"

#include <array>
#include <chrono>
#include <future>
#include <stop_token>
#include <string>
#include <thread>

namespace postgres_tests {
namespace {

using namespace holdfast;
using namespace std::chrono_literals;

constexpr decided lock_taken{category::transient, advice::after_backoff, poisoned::transaction,
                             fault::caller};
constexpr decided out_of_time{category::timeout, advice::after_backoff, poisoned::transaction,
                              fault::dependency};
constexpr decided given_up{category::cancelled, advice::never, poisoned::transaction,
                           fault::nobody};

constexpr std::string_view pooler_is_late =
    "a cancel passes a pooler when that likes, so the session is given up: limits_test.cpp";

provoked changed_by_another(scene& on) {
  auto mine = on.open();
  must(mine, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM item");
  on.server().ask("UPDATE item SET name = name WHERE id = 1");
  auto const answer = mine.execute("UPDATE item SET name = name WHERE id = 1");
  return came_of(answer, std::move(mine));
}

/// Each has read what the other one wrote.
provoked write_skew(scene& on) {
  std::string const begin = "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT count(*) FROM turn;";
  auto mine = on.open();
  auto theirs = on.other();
  must(mine, begin);
  must(theirs, begin + "INSERT INTO turn VALUES (2)");
  must(mine, "INSERT INTO turn VALUES (3)");
  must(theirs, "COMMIT");
  auto const answer = mine.commit();
  return came_of(answer, std::move(mine));
}

provoked deadlock(scene& on) {
  auto mine = on.open();
  auto theirs = on.other();
  must(mine, "BEGIN; SET LOCAL deadlock_timeout = 50; UPDATE item SET name = name WHERE id = 1");
  must(theirs, "BEGIN; SET deadlock_timeout = 60000; UPDATE item SET name = name WHERE id = 2");
  auto const waiting = std::async(std::launch::async, [&] {
    must(theirs, "UPDATE item SET name = name WHERE id = 1; ROLLBACK");
  });
  auto const answer = mine.execute("UPDATE item SET name = name WHERE id = 2");
  must(mine, "ROLLBACK");  // lets the other one go on
  return came_of(answer, std::move(mine));
}

provoked locked(scene& on, std::string const& then) {
  auto theirs = on.other();
  must(theirs, "BEGIN; UPDATE item SET name = name WHERE id = 1");
  auto mine = on.open();
  auto const answer = mine.run_script(then);
  return came_of(answer, std::move(mine));
}
provoked no_wait(scene& on) {
  return locked(on, "SELECT * FROM item WHERE id = 1 FOR UPDATE NOWAIT");
}
provoked lock_timeout(scene& on) {
  return locked(on, "SET LOCAL lock_timeout = 20; DELETE FROM item WHERE id = 1");
}

provoked cancelled_by_us(scene& on) {
  auto mine = on.open();
  std::stop_source stop;
  auto limits = on.limits();
  limits.stop = stop.get_token();
  mine.limit(limits);
  std::jthread const soon{[stop]() mutable {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  }};
  auto const answer = mine.execute("SELECT pg_sleep(20)");
  mine.limit(on.limits());
  return came_of(answer, std::move(mine));
}

provoked deadline_passed(scene& on) {
  auto mine = on.open();
  auto limits = on.limits();
  limits.deadline = std::chrono::steady_clock::now() + 100ms;
  mine.limit(limits);
  auto const answer = mine.execute("SELECT pg_sleep(20)");
  mine.limit(on.limits());
  return came_of(answer, std::move(mine));
}

provoked cancelled_by_another(scene& on) {
  auto mine = on.open();
  must(mine, "BEGIN");
  std::string const cancel =
      "SELECT pg_cancel_backend(" + std::to_string(backend_of(mine)) + ") FROM pg_sleep(0.1)";
  auto const soon = std::async(std::launch::async, [&] { on.server().ask(cancel); });
  auto const answer = mine.execute("SELECT pg_sleep(20)");
  return came_of(answer, std::move(mine));
}

provoked after_a_failure(scene& on) {
  auto mine = on.open();
  must(mine, "BEGIN");
  [[maybe_unused]] auto const failed = mine.execute("SELECT 1 / 0");
  auto const answer = mine.execute("SELECT 1");
  return came_of(answer, std::move(mine));
}

provoked commit_after_a_failure(scene& on) {
  auto mine = on.open();
  must(mine, "BEGIN");
  [[maybe_unused]] auto const failed = mine.execute("SELECT 1 / 0");
  on.context.how_far = phase::awaiting_commit;  // a tag is no error, of which alone it is told
  auto const answer = mine.commit();
  return came_of(answer, std::move(mine));
}

provoked deferred_constraint(scene& on) {
  auto mine = on.open();
  must(mine, "BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO item VALUES (5, 'five', 99)");
  auto const answer = mine.commit();
  return came_of(answer, std::move(mine));
}

constexpr auto rows = std::to_array<scene_row>({
    {"40001", "an update of a row that changed since the snapshot", changed_by_another, run_again,
     phase::sent},
    {"40001", "a COMMIT that closes a circle of reads and writes", write_skew, run_again,
     phase::awaiting_commit},
    {"40P01", "two transactions that wait for each other", deadlock, run_again, phase::sent},
    {"55P03", "a locked row, NOWAIT", no_wait, lock_taken, phase::awaiting_commit},
    {"55P03", "lock_timeout", lock_timeout, lock_taken, phase::awaiting_commit},
    {.sqlstate = "57014",
     .how = "a stop of our caller",
     .provoke = cancelled_by_us,
     .judgement = given_up,
     .how_far = phase::awaiting_commit,
     .cancelled = true,
     .not_pooled = pooler_is_late},
    {"57014", "our deadline", deadline_passed, out_of_time, phase::awaiting_commit, false, false,
     pooler_is_late},
    {"57014", "pg_cancel_backend by another session", cancelled_by_another, out_of_time,
     phase::sent},
    {"25P02", "a statement after one that failed", after_a_failure, wrong_statement, phase::sent},
    {"25P02", "a COMMIT after a statement that failed", commit_after_a_failure, wrong_statement,
     phase::awaiting_commit},
    {"23503", "a constraint deferred to COMMIT", deferred_constraint, broken_rule,
     phase::awaiting_commit},
});

}  // namespace

std::span<scene_row const> rows_of_locks() { return rows; }

}  // namespace postgres_tests
