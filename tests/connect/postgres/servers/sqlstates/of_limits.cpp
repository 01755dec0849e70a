// What is refused on its way to the server's tables: binary values, COPY, files and their handles.

#include "provocation.hpp"
#include "scene.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>

#include <gtest/gtest.h>
#include <sys/types.h>

namespace postgres_tests {
namespace {

using namespace holdfast;

constexpr decided used_up{category::resource, advice::after_backoff, poisoned::transaction,
                          fault::dependency};
constexpr decided out_of_step{category::connection, advice::never, poisoned::connection,
                              fault::dependency};

provoked bytes_for_an_int(scene& on, std::size_t count) {
  static constexpr std::array<std::byte, 8> bytes{};
  auto mine = on.open();
  must(mine, "BEGIN");
  auto const answer = mine.execute("SELECT $1::int", std::span{bytes}.first(count));
  return came_of(answer, std::move(mine));
}
provoked too_many_bytes(scene& on) { return bytes_for_an_int(on, 8); }
provoked too_few_bytes(scene& on) { return bytes_for_an_int(on, 3); }

provoked copy_of(scene& on, std::string_view line) {
  auto mine = on.open();
  auto copy = mine.begin_copy_in("COPY item FROM STDIN");
  if (!copy) return came_of(copy, std::move(mine));
  [[maybe_unused]] auto const written = copy->write(line);
  auto const answer = copy->finish();
  return came_of(answer, std::move(mine));
}
provoked too_many_columns(scene& on) { return copy_of(on, "5\tfive\t1\tmore\n"); }
provoked not_utf8(scene& on) { return copy_of(on, "5\t\xff\t1\n"); }

/// Sets a soft limit of the system on a backend, as its own user, who may.
void set_limit(pid_t backend, std::string const& limit) {
  int const set = run({"/usr/bin/prlimit", "--pid", std::to_string(backend), limit});
  EXPECT_EQ(set, 0) << limit;
}

provoked with_limit(scene& on, std::string const& limit, std::string const& most,
                    std::string const& usual, char const* sql) {
  auto mine = on.open();
  must(mine, "BEGIN");
  pid_t const backend = backend_of(mine);
  set_limit(backend, limit + most + ":");
  auto const answer = mine.execute(sql);
  set_limit(backend, limit + usual + ":");
  return came_of(answer, std::move(mine));
}
// Files end in the middle of a page, as on a disk that is full.
provoked no_space(scene& on) {
  return with_limit(
      on, "--fsize=", "20000000", "unlimited",
      "CREATE TABLE large AS SELECT repeat('x', 1000) FROM generate_series(1, 40000)");
}
provoked no_handles(scene& on) {
  return with_limit(on, "--nofile=", "3", "1000", "COPY kind FROM '/etc/hostname'");
}

constexpr auto rows = std::to_array<scene_row>({
    {"22P03", "eight bytes for an integer of four", too_many_bytes, wrong_statement, phase::sent},
    {"08P01", "three bytes for an integer of four", too_few_bytes, out_of_step, phase::sent, false,
     false, "behind a pooler this code is taken for the pooler's own word"},
    {"22P04", "COPY of a line with a column too many", too_many_columns, bad_value,
     phase::awaiting_commit},
    {"22021", "COPY of bytes that are no UTF-8", not_utf8, bad_value, phase::awaiting_commit},
    {"53100", "a file that can't grow", no_space, used_up, phase::sent},
    {"53000", "a backend that can't open files", no_handles, used_up, phase::sent},
});

}  // namespace

std::span<scene_row const> rows_of_limits() { return rows; }

}  // namespace postgres_tests
