#include "holdfast/classify/http.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

struct status_case {
  int status;
  holdfast::category category;
  holdfast::fault fault;
  holdfast::advice advice;
};

class HttpStatus : public ::testing::TestWithParam<status_case> {};

TEST_P(HttpStatus, MeansWhatTheTableSays) {
  auto const& expected = GetParam();

  failure const seen = classify_http(expected.status);

  EXPECT_EQ(name_of(seen.category), name_of(expected.category));
  EXPECT_EQ(name_of(seen.fault), name_of(expected.fault));
  EXPECT_EQ(name_of(seen.advice), name_of(expected.advice));
  EXPECT_EQ(seen.code.value.view(), std::to_string(expected.status));
  EXPECT_EQ(seen.code.kind, code_kind::http);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc9110, HttpStatus,
    ::testing::Values(
        status_case{304, category::configuration, fault::caller, advice::never},
        status_case{399, category::configuration, fault::caller, advice::never},
        status_case{400, category::programming, fault::caller, advice::never},
        status_case{401, category::authentication, fault::caller, advice::never},
        status_case{403, category::permission, fault::caller, advice::never},
        status_case{404, category::not_found, fault::caller, advice::never},
        status_case{408, category::timeout, fault::caller, advice::if_idempotent},
        status_case{410, category::not_found, fault::caller, advice::never},
        status_case{413, category::data, fault::caller, advice::never},
        status_case{421, category::connection, fault::dependency, advice::after_reconnect},
        status_case{425, category::throttled, fault::dependency, advice::after_backoff},
        status_case{429, category::throttled, fault::dependency, advice::after_backoff},
        status_case{499, category::programming, fault::caller, advice::never},
        status_case{500, category::transient, fault::dependency, advice::if_idempotent},
        status_case{501, category::programming, fault::dependency, advice::never},
        status_case{502, category::transient, fault::dependency, advice::if_idempotent},
        status_case{503, category::transient, fault::dependency, advice::if_idempotent},
        status_case{504, category::timeout, fault::dependency, advice::if_idempotent},
        status_case{505, category::programming, fault::dependency, advice::never},
        status_case{507, category::resource, fault::dependency, advice::if_idempotent},
        status_case{522, category::connection, fault::dependency, advice::if_idempotent},
        status_case{571, category::transient, fault::dependency, advice::if_idempotent},
        status_case{0, category::unknown, fault::dependency, advice::if_idempotent},
        status_case{200, category::unknown, fault::dependency, advice::if_idempotent},
        status_case{999, category::unknown, fault::dependency, advice::if_idempotent},
        status_case{-1, category::unknown, fault::dependency, advice::if_idempotent}),
    [](auto const& tested) {
      int const status = tested.param.status;
      return status < 0 ? "Negative" : "Status" + std::to_string(status);
    });

TEST(HttpStatusText, ThePhraseStandsInWhereNoTextIsGiven) {
  EXPECT_EQ(classify_http(503).text.view(), "Service Unavailable");
  EXPECT_EQ(classify_http(503, {}, "maintenance").text.view(), "maintenance");
  EXPECT_EQ(classify_http(571).text.view(), "");
  EXPECT_EQ(http_status_phrase(404), "Not Found");
  EXPECT_EQ(http_status_phrase(571), "");
}

TEST(HttpRetryAfter, TurnsAPauseIntoAWait) {
  failure const throttled = classify_http(429, 7s);

  EXPECT_EQ(throttled.advice, advice::after_wait);
  EXPECT_EQ(throttled.retry_after, duration{7s});
}

TEST(HttpRetryAfter, DoesNotMakeAnUnsafeRetrySafe) {
  for (int const status : {500, 503}) {
    failure const seen = classify_http(status, 7s);

    EXPECT_EQ(seen.advice, advice::if_idempotent) << status;
    EXPECT_EQ(seen.retry_after, duration{7s}) << status;
  }
}

TEST(HttpStatusAdvice, OnlyAStatusThatSaysNotCarriedOutAllowsEveryRepetition) {
  std::set<int> allowed;
  for (auto const& each : http_statuses()) {
    advice const given = classify_http(each.code).advice;
    if (given != advice::never && given != advice::if_idempotent) allowed.insert(each.code);
  }

  EXPECT_EQ(allowed, (std::set{421, 423, 425, 429}));
}

TEST(HttpRetryAfter, IsDroppedWhereNoRetryHelps) {
  failure const seen = classify_http(404, 7s);

  EXPECT_EQ(seen.advice, advice::never);
  EXPECT_EQ(seen.retry_after, std::nullopt);
}

TEST(HttpMethod, IsIdempotentAsTheStandardSays) {
  for (auto const* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"}) {
    EXPECT_TRUE(is_idempotent_method(method)) << method;
  }
  for (auto const* method : {"POST", "PATCH", "CONNECT", "get", "", "BREW"}) {
    EXPECT_FALSE(is_idempotent_method(method)) << method;
  }
}

}  // namespace
}  // namespace holdfast
