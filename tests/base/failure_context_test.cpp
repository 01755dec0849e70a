#include "holdfast/base/failure_context.hpp"

#include <string>
#include <type_traits>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

static_assert(std::is_trivially_copyable_v<failure_context>);
static_assert(sizeof(failure) == 200);

TEST(FailureContext, IsDescribedByTheFieldsThatAreGiven) {
  failure_context seen{.operation = "db.write", .attempt = 2, .how_far = phase::sent};
  seen.server.table = "molecules";
  seen.server.constraint = "molecules_pkey";

  EXPECT_EQ(describe(seen),
            "db.write, attempt 2, phase sent, table molecules, constraint molecules_pkey");
  EXPECT_EQ(describe(failure_context{}), "phase not_sent");
}

TEST(FailureContext, ControlCharactersAreEscaped) {
  failure_context seen;
  seen.server.detail = "Key (id)=(7\n) exists";

  EXPECT_EQ(describe(seen), "phase not_sent, detail Key (id)=(7\\n) exists");
}

TEST(FailureContext, NamesAreCutAtTheServersOwnLimit) {
  server_fields seen;
  std::string const longer(100, 'c');
  seen.column = std::string_view{longer};

  EXPECT_EQ(seen.column.view().size(), 63U);
}

}  // namespace
}  // namespace holdfast
