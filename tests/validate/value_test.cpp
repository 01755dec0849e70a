#include "holdfast/validate/value.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(ValidateValue, EveryKindHasItsName) {
  EXPECT_EQ(name_of(value{}.kind), "null");
  EXPECT_EQ(name_of(value::of(true).kind), "boolean");
  EXPECT_EQ(name_of(value::of(std::int64_t{1}).kind), "integer");
  EXPECT_EQ(name_of(value::of(1.5).kind), "real");
  EXPECT_EQ(name_of(value::of(std::string_view{"a"}).kind), "text");
}

TEST(ValidateValue, ANumberThatIsNoKindIsNamedByAMark) {
  EXPECT_EQ(name_of(static_cast<value_kind>(99)), "?");
}

}  // namespace
}  // namespace holdfast
