#include "state/store_contract.hpp"

#include "holdfast/state/file_store.hpp"
#include "holdfast/state/memory_store.hpp"

namespace holdfast::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(
    Kept, StateStore,
    ::testing::Values(store_maker{.name = "InMemory",
                                  .open = [](temporary_folder const&) { return memory_store(); },
                                  .outlives_its_object = false},
                      store_maker{.name = "InFiles",
                                  .open =
                                      [](temporary_folder const& folder) {
                                        return file_store({.path = folder / "state"});
                                      }}),
    name_of_maker);

}  // namespace
}  // namespace holdfast::testing
