// Classes 58, XX: what a disk has lost.

#include "provocation.hpp"
#include "scene.hpp"

#include <array>

namespace postgres_tests {
namespace {

using namespace holdfast;

constexpr decided damaged{category::corruption, advice::never, poisoned::transaction,
                          fault::dependency};
constexpr decided set_up_wrongly{category::configuration, advice::never, poisoned::transaction,
                                 fault::dependency};
constexpr std::string_view another_server = "no pooler stands before the damaged server";

provoked read_of(scene& on, char const* sql) {
  auto mine = on.open_at({.conninfo = on.spare().conninfo()});
  must(mine, "SET enable_seqscan = off");
  auto const answer = mine.read(sql);
  return came_of(answer, std::move(mine));
}
provoked torn_page(scene& on) { return read_of(on, "SELECT * FROM torn"); }
provoked lost_file(scene& on) { return read_of(on, "SELECT * FROM gone"); }
provoked lost_index(scene& on) { return read_of(on, "SELECT * FROM lost_index WHERE id = 1"); }

constexpr auto rows = std::to_array<scene_row>({
    {"XX001", "a page whose head is overwritten", torn_page, damaged, phase::sent, false, false,
     another_server},
    {"XX002", "an index whose first page is overwritten", lost_index, damaged, phase::sent, false,
     false, another_server},
    {"58P01", "a table whose file is gone", lost_file, set_up_wrongly, phase::sent, false, false,
     another_server},
});

}  // namespace

std::span<scene_row const> rows_of_damage() { return rows; }

}  // namespace postgres_tests
