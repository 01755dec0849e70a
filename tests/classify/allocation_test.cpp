// No judge of codes allocates: the allocations of this program are counted.

#include "holdfast/classify/curl.hpp"
#include "holdfast/classify/errno.hpp"
#include "holdfast/classify/error_code.hpp"
#include "holdfast/classify/exit_code.hpp"
#include "holdfast/classify/getaddrinfo.hpp"
#include "holdfast/classify/http.hpp"
#include "holdfast/classify/http_answer.hpp"
#include "holdfast/classify/recovery.hpp"
#include "holdfast/classify/redis.hpp"
#include "holdfast/classify/sqlite.hpp"
#include "holdfast/classify/sqlstate.hpp"
#include "holdfast/classify/throttling.hpp"

#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

namespace {

int& allocations() {
  thread_local int made = 0;
  return made;
}

}  // namespace

void* operator new(std::size_t size) {
  ++allocations();
  if (void* const got = std::malloc(size)) return got;  // NOLINT: this is the allocator
  throw std::bad_alloc{};
}
void operator delete(void* given) noexcept { std::free(given); }                        // NOLINT
void operator delete(void* given, std::size_t /*size*/) noexcept { std::free(given); }  // NOLINT

namespace holdfast {
namespace {

template <class Judge>
int allocations_of(Judge const& judge) {
  int const before = allocations();
  judge();
  return allocations() - before;
}

/// Keeps the compiler from leaving a verdict out.
int& sum_of_advices() {
  static int sum = 0;
  return sum;
}
void use(failure const& seen) { sum_of_advices() += static_cast<int>(seen.advice); }

TEST(Classification, AllocatesNothingForAnyCode) {
  int const made = allocations_of([] {
    for (auto const how_far : {phase::not_sent, phase::sent, phase::awaiting_commit}) {
      for (auto const& each : sqlstate_table()) use(classify_sqlstate(each.sqlstate, how_far));
      for (auto const& each : curl_codes()) use(classify_curl(each.code, how_far));
      for (auto const& each : errno_codes()) {
        use(classify_errno(each.code, how_far));
        use(classify_error_code({each.code, std::generic_category()}, how_far));
      }
      for (auto const word : redis_error_words()) use(classify_redis(word, how_far));
    }
    for (auto const& each : http_statuses()) use(classify_http(each.code));
    for (auto const& each : sqlite_codes()) use(classify_sqlite(each.code));
    for (auto const& each : getaddrinfo_codes()) use(classify_getaddrinfo(each.code));
    for (auto const& each : exit_codes()) use(classify_exit_code(each.code));
    for (auto const& each : signals()) use(classify_signal(each.code));
  });

  EXPECT_EQ(made, 0);
  EXPECT_GT(sum_of_advices(), 0);
}

TEST(Classification, AllocatesNothingForCodesThatAreNotListed) {
  int const made = allocations_of([] {
    use(classify_sqlstate("22ZZZ", phase::sent));
    use(classify_sqlstate("no code at all", phase::sent));
    use(classify_curl(-2147483647 - 1, phase::sent));
    use(classify_errno(99999, phase::sent));
    use(classify_http(799));
    use(classify_redis("EXECABORT Transaction discarded because of: OOM", phase::sent));
    use(*classify_not_json({.content_type = "text/html"}));
    use(with_throttling(classify_http(503), *parse_throttling_control("x status: Red (80%)")));
  });

  EXPECT_EQ(made, 0);
}

TEST(RecoveryPlan, AllocatesNothingAtAll) {
  failure const seen = classify_sqlstate("40001", phase::sent);
  EXPECT_EQ(
      allocations_of([&] { sum_of_advices() += recovery_plan{seen}.steps().empty() ? 1 : 0; }), 0);
}

}  // namespace
}  // namespace holdfast
