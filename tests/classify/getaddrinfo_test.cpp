#include "holdfast/classify/getaddrinfo.hpp"

#include <cerrno>

#include <gtest/gtest.h>
#include <netdb.h>

namespace holdfast {
namespace {

using enum advice;

struct lookup_case {
  int code;
  char const* name;
  holdfast::category category;
  holdfast::fault fault;
  holdfast::advice advice;
};

TEST(Getaddrinfo, MeansWhatTheTableSays) {
  for (auto const& expected : {
           lookup_case{EAI_AGAIN, "EAI_AGAIN", category::connection, fault::dependency,
                       after_backoff},
           lookup_case{EAI_BADFLAGS, "EAI_BADFLAGS", category::programming, fault::caller, never},
           lookup_case{EAI_FAIL, "EAI_FAIL", category::connection, fault::dependency,
                       after_backoff},
           lookup_case{EAI_FAMILY, "EAI_FAMILY", category::configuration, fault::caller, never},
           lookup_case{EAI_MEMORY, "EAI_MEMORY", category::resource, fault::local, after_backoff},
           lookup_case{EAI_NONAME, "EAI_NONAME", category::not_found, fault::dependency,
                       after_backoff},
           lookup_case{EAI_OVERFLOW, "EAI_OVERFLOW", category::programming, fault::caller, never},
           lookup_case{EAI_SERVICE, "EAI_SERVICE", category::configuration, fault::caller, never},
           lookup_case{EAI_SOCKTYPE, "EAI_SOCKTYPE", category::programming, fault::caller, never},
       }) {
    failure const seen = classify_getaddrinfo(expected.code);
    EXPECT_EQ(seen.code, (failure_code{code_kind::getaddrinfo, expected.name}));
    EXPECT_EQ(name_of(seen.category), name_of(expected.category)) << expected.name;
    EXPECT_EQ(name_of(seen.fault), name_of(expected.fault)) << expected.name;
    EXPECT_EQ(name_of(seen.advice), name_of(expected.advice)) << expected.name;
  }
}

TEST(Getaddrinfo, ASystemErrorIsJudgedByErrno) {
  failure const seen = classify_getaddrinfo(EAI_SYSTEM, ECONNREFUSED);

  EXPECT_EQ(seen.code, (failure_code{code_kind::errno_code, "ECONNREFUSED"}));
  EXPECT_EQ(seen.advice, after_backoff);
  EXPECT_EQ(classify_getaddrinfo(EAI_SYSTEM).code.value, "EAI_SYSTEM");
}

TEST(Getaddrinfo, AnUnknownCodeDoesNoHarmAndIsTriedAgain) {
  failure const seen = classify_getaddrinfo(12345);

  EXPECT_EQ(seen.category, category::unknown);
  EXPECT_EQ(seen.advice, after_backoff);
  EXPECT_EQ(getaddrinfo_code_name(12345), "");
}

TEST(Getaddrinfo, AnImpossibleNameIsNotFoundByTheRealResolver) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;

  int const code = getaddrinfo("no.number", nullptr, &hints, &found);

  EXPECT_EQ(classify_getaddrinfo(code).category, category::not_found);
}

}  // namespace
}  // namespace holdfast
