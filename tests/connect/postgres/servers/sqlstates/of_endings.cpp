// Classes 08, 25, 57: sessions that end.

#include "holdfast/chaos/proxy.hpp"
#include "provocation.hpp"
#include "scene.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

namespace postgres_tests {
namespace {

using namespace holdfast;
using namespace std::chrono_literals;

constexpr decided session_over{category::transient, advice::after_reconnect, poisoned::connection,
                               fault::dependency};
constexpr decided too_late{category::timeout, advice::after_reconnect, poisoned::connection,
                           fault::caller};
constexpr decided too_late_and_in_doubt{category::in_doubt, advice::resolve_first,
                                        poisoned::connection, fault::caller};

constexpr char const* suicide = "SELECT pg_terminate_backend(pg_backend_pid())";

provoked ended_in_a_block(scene& on) {
  auto mine = on.open();
  must(mine, "BEGIN");
  auto const answer = mine.execute(suicide);
  return came_of(answer, std::move(mine));
}
provoked ended_alone(scene& on) {
  auto mine = on.open();
  auto const answer = mine.execute(suicide);
  return came_of(answer, std::move(mine));
}
provoked ended_while_reading(scene& on) {
  auto mine = on.open();
  auto const answer = mine.read(suicide);
  return came_of(answer, std::move(mine));
}

provoked ended_while_idle(scene& on) {
  auto mine = on.open();
  on.server().ask("SELECT pg_terminate_backend(" + std::to_string(backend_of(mine)) + ", 5000)");
  auto const answer = mine.execute("SELECT 1");
  return came_of(answer, std::move(mine));
}

provoked idle_for_too_long(scene& on, postgres::effect does) {
  auto mine = on.open();
  must(mine, "SET idle_session_timeout = 20");
  std::this_thread::sleep_for(150ms);
  auto const answer = mine.run({"SELECT 1"}, does);
  return came_of(answer, std::move(mine));
}
provoked idle_then_reading(scene& on) { return idle_for_too_long(on, postgres::effect::reads); }
provoked idle_then_writing(scene& on) { return idle_for_too_long(on, postgres::effect::writes); }

provoked idle_in_a_block(scene& on) {
  auto mine = on.open();
  must(mine, "BEGIN; SET LOCAL idle_in_transaction_session_timeout = 20");
  std::this_thread::sleep_for(150ms);
  auto const answer = mine.execute("SELECT 1");
  return came_of(answer, std::move(mine));
}

/// The first byte of a message tells what it is. With this seed it is none that there is.
provoked damaged_on_its_way(scene& on) {
  auto proxy = chaos_proxy::open({.to = on.server().socket_address(), .seed = 2});
  auto mine = on.open_at({.conninfo = on.server().tcp_conninfo(proxy->port())});
  must(mine, "BEGIN");
  [[maybe_unused]] auto const added =
      proxy->add_text("faults: [{kind: corrupt, direction: to_server, at_byte: 0, times: 1}]");
  auto const answer = mine.execute("SELECT 1");
  return came_of(answer, std::move(mine));
}

provoked crash_of_another(scene& on) {
  auto const& server = on.spare();
  auto mine = on.open_at({.conninfo = server.conninfo()});
  auto theirs = server.connect();
  must(mine, "BEGIN");
  std::jthread const soon{[victim = backend_of(theirs)] {
    std::this_thread::sleep_for(100ms);
    ::kill(victim, SIGKILL);
  }};
  auto const answer = mine.execute("SELECT pg_sleep(20)");
  return came_of(answer, std::move(mine));
}

/// Waits for the end of the session that is there, and takes no others.
provoked shutting_down(scene& on) {
  auto& server = on.spare();
  server.wait_until_ready();
  auto const there = server.connect();
  ::kill(server.id(), SIGTERM);
  provoked made;
  for (int tries = 0; !made.seen && tries < 100; ++tries) {
    auto const answer = postgres::connection::open({.conninfo = server.conninfo()}, on.limits());
    if (!answer) made.seen = answer.error();
    std::this_thread::sleep_for(10ms);
  }
  return made;
}

constexpr std::string_view pooler_closes = "an idle session of the server is the pooler's own";
constexpr std::string_view straight_to_the_server = "the server is reached on another way";

constexpr scene_row ended(std::string_view sqlstate, std::string_view how,
                          provoked (*provoke)(scene&), decided judgement, phase how_far,
                          std::string_view not_pooled = "") {
  return {sqlstate, how, provoke, judgement, how_far, true, false, not_pooled};
}

constexpr auto rows = std::to_array<scene_row>({
    ended("57P01", "pg_terminate_backend in a block", ended_in_a_block, session_over, phase::sent),
    ended("57P01", "pg_terminate_backend of a write that commits itself", ended_alone, in_doubt,
          phase::awaiting_commit),
    ended("57P01", "pg_terminate_backend of what only reads", ended_while_reading, session_over,
          phase::sent),
    ended("57P01", "pg_terminate_backend of an idle session", ended_while_idle, in_doubt,
          phase::awaiting_commit, pooler_closes),
    ended("57P05", "idle_session_timeout, then a statement that reads", idle_then_reading, too_late,
          phase::sent, pooler_closes),
    ended("57P05", "idle_session_timeout, then one that writes", idle_then_writing,
          too_late_and_in_doubt, phase::awaiting_commit, pooler_closes),
    ended("25P03", "idle_in_transaction_session_timeout", idle_in_a_block, too_late, phase::sent),
    ended("08P01", "a message damaged on its way", damaged_on_its_way,
          {category::connection, advice::never, poisoned::connection, fault::dependency},
          phase::sent, straight_to_the_server),
    ended("57P02", "the crash of another backend", crash_of_another, session_over, phase::sent,
          straight_to_the_server),
    ended("57P03", "a server that shuts down", shutting_down,
          {category::transient, advice::after_reconnect, poisoned::connection, fault::dependency},
          phase::not_sent, straight_to_the_server),
});

}  // namespace

std::span<scene_row const> rows_of_endings() { return rows; }

}  // namespace postgres_tests
