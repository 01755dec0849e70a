#include "holdfast/classify/errno.hpp"

#include <cerrno>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Errno, ABrokenLinkDependsOnHowFarTheRequestHadCome) {
  failure const before = classify_errno(ECONNRESET, phase::not_sent);
  failure const after = classify_errno(ECONNRESET, phase::sent);
  failure const at_commit = classify_errno(ECONNRESET, phase::awaiting_commit);

  EXPECT_EQ(before.advice, advice::after_backoff);
  EXPECT_EQ(before.category, category::connection);
  EXPECT_EQ(after.advice, advice::if_idempotent);
  EXPECT_EQ(after.category, category::connection);
  EXPECT_EQ(after.poisoned, poisoned::connection);
  EXPECT_EQ(at_commit.advice, advice::resolve_first);
  EXPECT_EQ(at_commit.category, category::in_doubt);
}

TEST(Errno, ARefusedConnectionIsSafeToRepeatAtAnyTime) {
  for (auto const how_far : {phase::not_sent, phase::sent}) {
    EXPECT_EQ(classify_errno(ECONNREFUSED, how_far).advice, advice::after_backoff);
  }
}

TEST(Errno, ALinkThatIsNotConnectedIsLost) {
  failure const seen = classify_errno(ENOTCONN, phase::sent);

  EXPECT_EQ(seen.advice, advice::if_idempotent);
  EXPECT_EQ(seen.poisoned, poisoned::connection);
}

TEST(Errno, WhileACommitIsAwaitedAllIsInDoubtButWhatIsMetBeforeSending) {
  for (int const number : {ECONNREFUSED, EBUSY, EDEADLK, ETXTBSY, ENOTCONN, EIO, EAGAIN, ECANCELED,
                           EACCES, EBADF, EINVAL}) {
    failure const seen = classify_errno(number, phase::awaiting_commit);
    EXPECT_EQ(seen.advice, advice::resolve_first) << errno_name(number);
    EXPECT_EQ(seen.category, category::in_doubt) << errno_name(number);
  }
  EXPECT_EQ(classify_errno(ECANCELED, phase::awaiting_commit).fault, fault::nobody);
  for (int const number : {EMSGSIZE, ENOTSOCK, EDESTADDRREQ, EAFNOSUPPORT}) {
    EXPECT_EQ(classify_errno(number, phase::awaiting_commit).advice, advice::never)
        << errno_name(number);
  }
}

TEST(Errno, ASocketsReceiveTimeoutIsNotRepeatedBlindly) {
  EXPECT_EQ(classify_errno(EAGAIN, phase::sent).advice, advice::if_idempotent);
  EXPECT_EQ(classify_errno(EWOULDBLOCK, phase::sent).advice, advice::if_idempotent);
}

struct errno_case {
  int number;
  char const* name;
  holdfast::category category;
  holdfast::fault fault;
};

TEST(Errno, MeansWhatTheTableSays) {
  for (auto const& expected : {
           errno_case{ENOENT, "ENOENT", category::not_found, fault::caller},
           errno_case{EACCES, "EACCES", category::permission, fault::caller},
           errno_case{ENOSPC, "ENOSPC", category::resource, fault::dependency},
           errno_case{EDQUOT, "EDQUOT", category::resource, fault::dependency},
           errno_case{EMFILE, "EMFILE", category::resource, fault::local},
           errno_case{ENOMEM, "ENOMEM", category::resource, fault::local},
           errno_case{ECANCELED, "ECANCELED", category::cancelled, fault::nobody},
           errno_case{ETIMEDOUT, "ETIMEDOUT", category::timeout, fault::dependency},
           errno_case{EINVAL, "EINVAL", category::programming, fault::caller},
           errno_case{EISDIR, "EISDIR", category::configuration, fault::caller},
           errno_case{EPIPE, "EPIPE", category::connection, fault::dependency},
       }) {
    failure const seen = classify_errno(expected.number, phase::sent);
    EXPECT_EQ(seen.code, (failure_code{code_kind::errno_code, expected.name}));
    EXPECT_EQ(name_of(seen.category), name_of(expected.category)) << expected.name;
    EXPECT_EQ(name_of(seen.fault), name_of(expected.fault)) << expected.name;
    EXPECT_EQ(errno_name(expected.number), expected.name);
  }
}

TEST(Errno, AnUnknownNumberIsAnUnknownFailure) {
  for (int const number : {0, -7, 99999}) {
    failure const seen = classify_errno(number, phase::sent);
    EXPECT_EQ(seen.category, category::unknown);
    EXPECT_EQ(seen.fault, fault::dependency);
    EXPECT_EQ(seen.advice, advice::if_idempotent);
    EXPECT_EQ(seen.code.value.view(), std::to_string(number));
    EXPECT_EQ(errno_name(number), "");
  }
}

TEST(Errno, TheTextIsTheSystemsOwnOrTheCallers) {
  EXPECT_EQ(classify_errno(ENOSPC, phase::sent, "writing page 7").text.view(), "writing page 7");
  EXPECT_EQ(classify_errno(ENOSPC, phase::sent).text.view(), "No space left on device");
}

}  // namespace
}  // namespace holdfast
