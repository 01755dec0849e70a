#include "holdfast/classify/throttling.hpp"

#include "holdfast/classify/http.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using enum throttle_level;

TEST(ThrottlingControl, TellsTheWorstOfItsParts) {
  auto const told = parse_throttling_control(
      "Request Count status: Green (10%), Request Time status: Red (80%), Service status: Yellow "
      "(60%)");

  EXPECT_EQ(told, (throttling{red, 80}));
}

TEST(ThrottlingControl, ReadsWhatCanBeReadAndNothingElse) {
  EXPECT_EQ(parse_throttling_control("Service status: Black (150%)"), (throttling{black, 150}));
  EXPECT_EQ(parse_throttling_control("Request Count status: Green"), (throttling{green, 0}));
  EXPECT_EQ(
      parse_throttling_control("too many requests per second or blacklisted, x status: Black"),
      (throttling{black, 0}));
  EXPECT_EQ(parse_throttling_control("A status: Yellow (7), B status: Red (99999999999%)"),
            (throttling{red, 0}));
  EXPECT_EQ(parse_throttling_control("A status: Red (-5%), ,"), (throttling{red, 0}));
  for (auto const* value : {"", ",", "status:", "status: Purple (1%)", "Green (0%)"}) {
    EXPECT_EQ(parse_throttling_control(value), std::nullopt) << value;
  }
}

TEST(ThrottlingControl, ABusyAnswerToAClientInTheRedIsThrottling) {
  EXPECT_EQ(with_throttling(classify_http(503), {red, 90}).category, category::throttled);
  EXPECT_EQ(with_throttling(classify_http(503), {black, 0}).category, category::throttled);
  EXPECT_EQ(with_throttling(classify_http(503), {yellow, 60}).category, category::transient);
  EXPECT_EQ(with_throttling(classify_http(404), {black, 0}).category, category::not_found);
}

}  // namespace
}  // namespace holdfast
