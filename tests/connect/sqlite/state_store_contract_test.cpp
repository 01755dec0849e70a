#include "holdfast/connect/sqlite/state_store.hpp"
#include "state/store_contract.hpp"

namespace holdfast::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(Kept, StateStore,
                         ::testing::Values(store_maker{.name = "InSqlite",
                                                       .open =
                                                           [](temporary_folder const& folder) {
                                                             return sqlite::make_state_store(
                                                                 {.path = folder / "state.db"});
                                                           }}),
                         name_of_maker);

}  // namespace
}  // namespace holdfast::testing
