#include "holdfast/state/store_factories.hpp"

#include "connect/sqlite/temporary_folder.hpp"
#include "holdfast/state/memory_store.hpp"
#include "state/records.hpp"

#include <filesystem>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using testing::opened;
using testing::temporary_folder;

problem problem_of(std::string_view url) {
  auto const made = store_factories{}.open(url);
  return made ? problem{} : made.error();
}

TEST(StoreFactories, FilesAreBuiltIn) {
  temporary_folder const folder;
  for (char const* const start : {"file:", "file://"}) {
    auto const store = store_factories{}.open(start + folder / "state").value();

    EXPECT_TRUE(store->save(std::vector{opened("a")}));
    EXPECT_TRUE(std::filesystem::remove(folder / "state"));
  }
}

TEST(StoreFactories, NothingIsOpenedYet) {
  auto const store = store_factories{}.open("file:/no/such/folder/state").value();

  EXPECT_EQ(store->save(std::vector{opened("a")}).error().category, category::not_found);
}

TEST(StoreFactories, AnUnknownSchemeNamesWhatToLink) {
  problem const found = problem_of("sqlite:state.db");

  EXPECT_EQ(found.what, "no store of this scheme is linked: sqlite:state.db");
  EXPECT_EQ(found.remedy, "link holdfast::connect_sqlite and give the manager sqlite_stores()");
  EXPECT_EQ(problem_of("floppy:a").remedy, "known here: file:PATH");
}

TEST(StoreFactories, APlaceWithoutSchemeOrPathIsAProblem) {
  EXPECT_EQ(problem_of("/var/lib/state").remedy, "write it as file:PATH");
  for (char const* const url : {"file:", "file://", "file://host/state"}) {
    EXPECT_EQ(problem_of(url).remedy, "write it as file:PATH or file:///PATH") << url;
  }
}

TEST(StoreFactories, OthersAreAddedAndReplaced) {
  int made = 0;
  store_factories const stores{
      store_factory{"memory", [&](std::string const&) { return ++made, memory_store(); }},
      store_factory{"file", [&](std::string const&) { return ++made, memory_store(); }}};

  EXPECT_TRUE(stores.open("memory:x"));
  EXPECT_TRUE(stores.open("file:x"));
  EXPECT_EQ(made, 2);
}

}  // namespace
}  // namespace holdfast
