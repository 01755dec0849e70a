#include "holdfast/classify/curl.hpp"

#include <climits>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

struct curl_case {
  int code;
  char const* name;
  holdfast::category category;
  holdfast::fault fault;
  holdfast::advice before_sent;
  holdfast::advice after_sent;
};

class CurlCode : public ::testing::TestWithParam<curl_case> {};

TEST_P(CurlCode, MeansWhatTheTableSays) {
  auto const& expected = GetParam();

  failure const before = classify_curl(expected.code, phase::not_sent);
  failure const after = classify_curl(expected.code, phase::sent);

  EXPECT_EQ(after.code, (failure_code{code_kind::curl, expected.name}));
  EXPECT_EQ(after.text.view(), expected.name);
  EXPECT_EQ(name_of(after.category), name_of(expected.category));
  EXPECT_EQ(name_of(after.fault), name_of(expected.fault));
  EXPECT_EQ(name_of(before.advice), name_of(expected.before_sent));
  EXPECT_EQ(name_of(after.advice), name_of(expected.after_sent));
}

using enum advice;

INSTANTIATE_TEST_SUITE_P(
    Table, CurlCode,
    ::testing::Values(
        curl_case{3, "CURLE_URL_MALFORMAT", category::programming, fault::caller, never, never},
        curl_case{6, "CURLE_COULDNT_RESOLVE_HOST", category::connection, fault::dependency,
                  after_backoff, after_backoff},
        curl_case{7, "CURLE_COULDNT_CONNECT", category::connection, fault::dependency,
                  after_backoff, after_backoff},
        curl_case{18, "CURLE_PARTIAL_FILE", category::connection, fault::dependency, after_backoff,
                  if_idempotent},
        curl_case{27, "CURLE_OUT_OF_MEMORY", category::resource, fault::local, after_backoff,
                  if_idempotent},
        curl_case{28, "CURLE_OPERATION_TIMEDOUT", category::timeout, fault::dependency,
                  after_backoff, if_idempotent},
        curl_case{42, "CURLE_ABORTED_BY_CALLBACK", category::cancelled, fault::nobody, never,
                  never},
        curl_case{47, "CURLE_TOO_MANY_REDIRECTS", category::configuration, fault::dependency, never,
                  never},
        curl_case{52, "CURLE_GOT_NOTHING", category::connection, fault::dependency, after_backoff,
                  if_idempotent},
        curl_case{60, "CURLE_PEER_FAILED_VERIFICATION", category::authentication, fault::dependency,
                  never, never},
        curl_case{63, "CURLE_FILESIZE_EXCEEDED", category::data, fault::dependency, never, never},
        curl_case{99, "CURLE_UNRECOVERABLE_POLL", category::resource, fault::local, after_backoff,
                  if_idempotent}),
    [](auto const& tested) { return "Code" + std::to_string(tested.param.code); });

TEST(CurlCodeAtCommit, IsInDoubtUnlessItIsMetBeforeAnythingIsSent) {
  for (int const code : {1, 7, 23, 42, 47, 63, 98}) {
    failure const seen = classify_curl(code, phase::awaiting_commit);
    EXPECT_EQ(seen.category, category::in_doubt) << code;
    EXPECT_EQ(seen.advice, resolve_first) << code;
    EXPECT_EQ(seen.fault, classify_curl(code, phase::sent).fault) << code;
  }
  for (int const code : {3, 4, 43, 60, 77, 90}) {
    EXPECT_EQ(classify_curl(code, phase::awaiting_commit), classify_curl(code, phase::sent));
  }
}

TEST(CurlCodeUnknown, IsAnUnknownFailure) {
  for (int const code : {0, 20, 100, -1, INT_MAX, INT_MIN}) {
    failure const seen = classify_curl(code, phase::sent);
    EXPECT_EQ(seen.category, category::unknown);
    EXPECT_EQ(seen.advice, if_idempotent);
    EXPECT_EQ(seen.code.value.view(), std::to_string(code));
    EXPECT_EQ(curl_code_name(code), "");
  }
}

}  // namespace
}  // namespace holdfast
