#include "holdfast/classify/category_code.hpp"

#include "holdfast/classify/error_code.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(CategoryCode, EveryCategoryComesBackAsItself) {
  for (auto const& [kind, name] : names_of<category>::table) {
    std::error_code const code = to_error_code(kind);

    EXPECT_TRUE(code) << "no category means that all is well";
    EXPECT_EQ(code.message(), name);
    EXPECT_EQ(classify_error_code(code, phase::sent), plain_failure(kind));
  }
}

TEST(CategoryCode, RejectedIsLocalAndNotToBeRetried) {
  failure const seen = failure_of(to_error_code(category::rejected));

  EXPECT_EQ(seen.fault, fault::local);
  EXPECT_EQ(seen.advice, advice::never);
}

TEST(CategoryCode, AValueThatNamesNothingIsUnknown) {
  for (int const value : {-1, 0, 99}) {
    EXPECT_EQ(failure_of({value, category_codes()}).category, category::unknown) << value;
  }
}

}  // namespace
}  // namespace holdfast
