#include "holdfast/classify/exceptions.hpp"

#include "holdfast/classify/error_code.hpp"

#include <cerrno>
#include <future>
#include <new>
#include <stdexcept>
#include <system_error>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

template <class Exception>
failure classified(Exception const& thrown) {
  try {
    throw thrown;
  } catch (...) {
    return classify_current_exception();
  }
}

TEST(CurrentException, AFailureErrorIsTheVeryFailureThatItHolds) {
  failure const why{.category = category::throttled,
                    .advice = advice::after_wait,
                    .text = "slow down",
                    .retry_after = std::chrono::seconds{3}};

  EXPECT_EQ(classified(failure_error{why}), why);
  EXPECT_STREQ(failure_error{why}.what(), "(throttled): slow down");
}

TEST(CurrentException, ADerivedFailureErrorToo) {
  struct product_error : failure_error {
    using failure_error::failure_error;
  };

  EXPECT_EQ(classified(product_error{failure{.category = category::data}}).category,
            category::data);
}

TEST(CurrentException, ASystemErrorIsJudgedByItsCode) {
  failure const seen =
      classified(std::system_error{ECONNRESET, std::system_category(), "reading page 3"});

  EXPECT_EQ(seen.category, category::connection);
  EXPECT_EQ(seen.advice, advice::if_idempotent);
  EXPECT_EQ(seen.code, (failure_code{code_kind::errno_code, "ECONNRESET"}));
  EXPECT_EQ(seen.text.view(), "reading page 3: Connection reset by peer");
}

TEST(CurrentException, LackOfMemoryIsLocal) {
  failure const seen = classified(std::bad_alloc{});

  EXPECT_EQ(seen.category, category::resource);
  EXPECT_EQ(seen.fault, fault::local);
}

TEST(CurrentException, ALogicErrorIsAMistakeAndNeverRetried) {
  failure const seen = classified(std::out_of_range{"index 7"});

  EXPECT_EQ(seen.category, category::programming);
  EXPECT_EQ(seen.advice, advice::never);
  EXPECT_EQ(seen.text.view(), "index 7");
}

TEST(CurrentException, AnyOtherIsUnknown) {
  failure const standard = classified(std::runtime_error{"odd"});
  failure const foreign = classified(42);

  EXPECT_EQ(standard.category, category::unknown);
  EXPECT_EQ(standard.advice, advice::if_idempotent);
  EXPECT_EQ(standard.code, (failure_code{code_kind::exception, "std::exception"}));
  EXPECT_EQ(standard.text.view(), "odd");
  EXPECT_EQ(foreign.category, category::unknown);
  EXPECT_EQ(foreign.fault, fault::dependency);
}

TEST(CurrentException, OutsideACatchBlockIsUnknown) {
  EXPECT_EQ(classify_current_exception().category, category::unknown);
}

TEST(ErrorCode, ACodeOfAnotherCategoryIsUnknownAndSaysWhose) {
  failure const seen = failure_of(make_error_code(std::future_errc::broken_promise));

  EXPECT_EQ(seen.category, category::unknown);
  EXPECT_EQ(seen.code.value.view(), "future:4");
}

TEST(ErrorCode, ThePhaseCounts) {
  auto const reset = make_error_code(std::errc::connection_reset);

  EXPECT_EQ(classify_error_code(reset, phase::not_sent).advice, advice::after_backoff);
  EXPECT_EQ(failure_of(reset).advice, advice::if_idempotent);
  EXPECT_EQ(classify_error_code(reset, phase::awaiting_commit).advice, advice::resolve_first);
}

TEST(FailureError, ACopyTellsItsOwnFailure) {
  failure_error const disk{{.category = category::resource, .text = "disk full"}};
  failure_error copy{{.category = category::timeout, .text = "slow"}};
  EXPECT_STREQ(copy.what(), describe(copy.why()).c_str());

  copy = disk;

  EXPECT_EQ(copy.why(), disk.why());
  EXPECT_STREQ(copy.what(), describe(disk.why()).c_str());
  EXPECT_STREQ(failure_error{copy}.what(), disk.what());
}

}  // namespace
}  // namespace holdfast
