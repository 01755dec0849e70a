#include "holdfast/classify/exit_code.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>

namespace holdfast {
namespace {

using enum advice;

struct exit_case {
  int code;
  char const* text;
  holdfast::category category;
  holdfast::fault fault;
  holdfast::advice advice;
};

constexpr auto cases = std::to_array<exit_case>({
    {1, "failure", category::unknown, fault::dependency, if_idempotent},
    {2, "misuse of the command line", category::programming, fault::caller, never},
    {64, "EX_USAGE", category::programming, fault::caller, never},
    {65, "EX_DATAERR", category::data, fault::caller, never},
    {66, "EX_NOINPUT", category::not_found, fault::caller, never},
    {67, "EX_NOUSER", category::not_found, fault::caller, never},
    {68, "EX_NOHOST", category::connection, fault::dependency, if_idempotent},
    {69, "EX_UNAVAILABLE", category::transient, fault::dependency, if_idempotent},
    {70, "EX_SOFTWARE", category::programming, fault::dependency, never},
    {71, "EX_OSERR", category::resource, fault::dependency, if_idempotent},
    {72, "EX_OSFILE", category::configuration, fault::caller, never},
    {73, "EX_CANTCREAT", category::permission, fault::caller, never},
    {74, "EX_IOERR", category::resource, fault::dependency, if_idempotent},
    {75, "EX_TEMPFAIL", category::transient, fault::dependency, after_backoff},
    {76, "EX_PROTOCOL", category::transient, fault::dependency, if_idempotent},
    {77, "EX_NOPERM", category::permission, fault::caller, never},
    {78, "EX_CONFIG", category::configuration, fault::caller, never},
    {124, "timed out", category::timeout, fault::dependency, if_idempotent},
    {125, "the wrapper itself failed", category::configuration, fault::caller, never},
    {126, "command not executable", category::configuration, fault::caller, never},
    {127, "command not found", category::configuration, fault::caller, never},
    {130, "SIGINT", category::cancelled, fault::nobody, never},
    {137, "SIGKILL", category::resource, fault::dependency, if_idempotent},
    {139, "SIGSEGV", category::programming, fault::dependency, if_idempotent},
    {143, "SIGTERM", category::cancelled, fault::nobody, never},
    {3, "", category::unknown, fault::dependency, if_idempotent},
    {255, "", category::unknown, fault::dependency, if_idempotent},
    {0, "", category::unknown, fault::caller, never},
});

TEST(ExitCode, MeansWhatTheTableSays) {
  for (auto const& expected : cases) {
    failure const seen = classify_exit_code(expected.code);
    EXPECT_EQ(name_of(seen.category), name_of(expected.category)) << expected.code;
    EXPECT_EQ(name_of(seen.fault), name_of(expected.fault)) << expected.code;
    EXPECT_EQ(name_of(seen.advice), name_of(expected.advice)) << expected.code;
    EXPECT_EQ(seen.text, expected.text) << expected.code;
    EXPECT_EQ(seen.code, (failure_code{code_kind::exit_code,
                                       std::string_view{std::to_string(expected.code)}}));
  }
}

/// What a shell's command ended with, as its parent sees it.
failure ended(char const* command) {
  int const status = std::system(command);
  return WIFSIGNALED(status) ? classify_signal(WTERMSIG(status))
                             : classify_exit_code(WEXITSTATUS(status));
}

TEST(ExitCode, RealProcessesAreJudgedByWhatTheyEndWith) {
  EXPECT_EQ(ended("exit 75").advice, after_backoff);
  EXPECT_EQ(ended("/no/such/program 2>/dev/null").code.value, "127");
  EXPECT_EQ(ended("kill -TERM $$").code, (failure_code{code_kind::exit_code, "SIGTERM"}));
  EXPECT_EQ(ended("sh -c 'kill -KILL $$'; exit $?").text, "SIGKILL");
}

TEST(Signal, AnUnknownOneIsAnUnknownFailure) {
  failure const seen = classify_signal(9999);

  EXPECT_EQ(seen.category, category::unknown);
  EXPECT_EQ(seen.advice, if_idempotent);
  EXPECT_EQ(signal_name(9999), "");
}

}  // namespace
}  // namespace holdfast
