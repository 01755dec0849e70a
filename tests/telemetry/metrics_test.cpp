#include "holdfast/telemetry/metrics.hpp"

#include "drive/guard_bench.hpp"
#include "holdfast/telemetry/exposition.hpp"

#include <chrono>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

outcome answers() { return 1; }

std::string page_of(metrics const& all, exposition_format format = exposition_format::prometheus) {
  return expose(format, {&all});
}

/// The value of a series; "" where the page has none.
std::string value_in(std::string const& page, std::string const& series) {
  std::string const start = "\n" + series + " ";
  auto const at = ("\n" + page).find(start);
  if (at == std::string::npos) return "";
  auto const begin = at + start.size() - 1;
  return page.substr(begin, page.find_first_of(" \n", begin) - begin);
}

TEST(Metrics, CallsAreCountedByHowTheyEnded) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, breaker{.failure_threshold = 3, .recovery_timeout = 1s},
                     b.around};
  metrics all;
  all.watch(lookup);
  for (int i = 0; i < 7; ++i) static_cast<void>(lookup(answers));
  int calls = 0;
  static_cast<void>(lookup([&]() -> outcome { return ++calls == 1 ? fails() : answers(); }));
  static_cast<void>(lookup(fails));                                // opens the circuit
  for (int i = 0; i < 5; ++i) static_cast<void>(lookup(answers));  // refused

  std::string const page = page_of(all);

  EXPECT_EQ(value_in(page, R"(holdfast_calls_total{operation="lookup",outcome="success"})"), "8");
  EXPECT_EQ(value_in(page, R"(holdfast_calls_total{operation="lookup",outcome="failure"})"), "1");
  EXPECT_EQ(value_in(page, R"(holdfast_calls_total{operation="lookup",outcome="rejected"})"), "5");
  EXPECT_EQ(value_in(page, R"(holdfast_attempts_total{operation="lookup",category="none"})"), "8");
  EXPECT_EQ(value_in(page, R"(holdfast_attempts_total{operation="lookup",category="transient"})"),
            "4");
  EXPECT_EQ(value_in(page, R"(holdfast_retries_total{operation="lookup",attempt="1"})"), "2");
  EXPECT_EQ(value_in(page, R"(holdfast_retries_total{operation="lookup",attempt="2"})"), "1");
  EXPECT_EQ(value_in(page, R"(holdfast_recovered_calls_total{operation="lookup"})"), "1");
  EXPECT_EQ(
      value_in(page, R"(holdfast_rejections_total{operation="lookup",reason="circuit_open"})"),
      "5");
  EXPECT_EQ(value_in(page, R"(retry_success_rate{operation="lookup"})"), "0.5");
}

TEST(Metrics, ACancelledCallIsNoFailure) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  metrics all;
  all.watch(lookup);
  std::stop_source stop;
  std::stop_token const token = stop.get_token();
  lookup.on_event([&](event const&) { stop.request_stop(); });

  static_cast<void>(lookup.with({.stop = token})(fails));  // stopped in its pause
  static_cast<void>(lookup.with({.stop = token})(fails));  // before it began

  std::string const page = page_of(all);
  EXPECT_EQ(value_in(page, R"(holdfast_calls_total{operation="lookup",outcome="cancelled"})"), "2");
  EXPECT_EQ(value_in(page, R"(holdfast_calls_total{operation="lookup",outcome="failure"})"), "0");
  EXPECT_EQ(value_in(page, R"(holdfast_attempts_total{operation="lookup",category="transient"})"),
            "1")
      << "the attempt has failed once";
}

TEST(Metrics, RetriesThatWereNotMadeAreToldByWhy) {
  guard_bench b;
  guard const write{"write", retry{.max_attempts = 3, .jitter = jitter::none}, b.around};
  guard const poor{"poor", b.steady, budget{.capacity = 1, .per_second = 0, .per_call = 0},
                   b.around};
  metrics all;
  all.watch(write);
  all.watch(poor);

  static_cast<void>(write([]() -> outcome { return unexpected{lost_after_sending()}; }));
  static_cast<void>(poor(fails));

  std::string const page = page_of(all);
  EXPECT_EQ(
      value_in(page, R"(holdfast_retries_suppressed_total{operation="write",reason="withheld"})"),
      "1");
  EXPECT_EQ(
      value_in(page, R"(holdfast_retries_suppressed_total{operation="poor",reason="no_budget"})"),
      "1");
  EXPECT_EQ(value_in(page, R"(holdfast_retry_budget_tokens{operation="poor"})"), "0");
}

TEST(Metrics, AnOutageLastsFromTheOpeningToTheClosing) {
  guard_bench b;
  guard const lookup{"lookup", b.nervous, b.around};
  metrics all;
  all.watch(lookup);
  static_cast<void>(lookup(fails));
  b.time.advance(1s);
  static_cast<void>(lookup(fails));  // the probe
  b.time.advance(2s);
  static_cast<void>(lookup(answers));
  ASSERT_EQ(lookup.state(), breaker_state::closed);

  std::string const page = page_of(all);

  EXPECT_EQ(value_in(page, R"(holdfast_outage_duration_seconds_count{operation="lookup"})"), "1");
  EXPECT_EQ(value_in(page, R"(holdfast_outage_duration_seconds_sum{operation="lookup"})"), "3");
  EXPECT_EQ(value_in(page, R"(holdfast_breaker_state{operation="lookup",state="closed"})"), "1");
  EXPECT_EQ(value_in(page, R"(holdfast_breaker_state{operation="lookup",state="open"})"), "0");
  EXPECT_EQ(value_in(page,
                     "holdfast_breaker_transitions_total{operation=\"lookup\",from=\"closed\","
                     "to=\"open\",reason=\"consecutive_failures\"}"),
            "1");
}

TEST(Metrics, OperationsOfKindDatabaseHaveNamesOfTheirOwn) {
  guard_bench b;
  guard const write{"db.write", operation_kind::database, b.steady, b.nervous, b.around};
  metrics all;
  all.watch(write);

  static_cast<void>(write(fails));

  std::string const page = page_of(all);
  EXPECT_EQ(value_in(page, R"(database_errors_total{category="transient",severity="medium"})"),
            "1");
  EXPECT_EQ(value_in(page, R"(database_circuit_breaker_state{operation="db.write"})"), "1");
}

TEST(Metrics, AFailedCallLeavesItsCorrelationIdAsExemplar) {
  guard_bench b;
  guard const lookup{"lookup", b.steady, b.around};
  metrics all{{.clock = [] {
    return std::chrono::system_clock::time_point{std::chrono::seconds{1'700'000'000}};
  }}};
  all.watch(lookup);

  static_cast<void>(lookup.with({.correlation_id = "request-42"})(fails));

  std::string const page = page_of(all, exposition_format::openmetrics);
  EXPECT_NE(page.find(R"(# {correlation_id="request-42"} 0.3)"), std::string::npos) << page;
  EXPECT_EQ(page_of(all).find("request-42"), std::string::npos) << "the older format has none";
}

TEST(Metrics, OperationsBeyondTheCapAreCountedTogether) {
  guard_bench b;
  metrics all{{.most_operations = 2}};
  std::vector<guard> guards;
  for (char const* name : {"a", "b", "c", "d"}) {
    guards.emplace_back(name, b.around);
    all.watch(guards.back());
  }

  for (guard const& each : guards) {
    static_cast<void>(each(answers));
    static_cast<void>(each(fails));
  }

  std::string const page = page_of(all);
  EXPECT_EQ(value_in(page, R"(holdfast_calls_total{operation="b",outcome="success"})"), "1");
  EXPECT_EQ(value_in(page, R"(holdfast_calls_total{operation="c",outcome="success"})"), "");
  EXPECT_EQ(value_in(page, R"(holdfast_calls_total{operation="other",outcome="success"})"), "2");
  EXPECT_EQ(value_in(page, R"(holdfast_calls_total{operation="other",outcome="failure"})"), "2");
  EXPECT_EQ(value_in(page, "holdfast_operations"), "2");
  EXPECT_EQ(value_in(page, "holdfast_operations_overflowed"), "2");
}

TEST(Metrics, OfGuardsBeyondAllBoundsFailuresAreCounted) {
  guard_bench b;
  metrics all{{.most_operations = 1, .most_guards = 1}};
  guard const first{"first", b.around};
  guard const second{"second", b.around};
  all.watch(first);
  all.watch(second);

  static_cast<void>(second(fails));

  EXPECT_EQ(value_in(page_of(all), R"(holdfast_calls_total{operation="other",outcome="failure"})"),
            "1");
}

TEST(Metrics, AnOperationThatIsForgottenIsNotShown) {
  guard_bench b;
  metrics all;
  guard const lookup{"lookup", b.around};
  all.watch(lookup);

  all.forget("lookup");
  all.forget("never seen");

  EXPECT_EQ(page_of(all).find("lookup"), std::string::npos);
}

TEST(Metrics, KeysAreCountedUnderTheNameOfTheirOperation) {
  guard_bench b;
  guard_per_key const hosts{"http", key_limits{.max_keys = 2}, operation_kind::http, b.around};
  metrics all;
  all.watch("http", hosts);

  for (char const* key : {"a", "b", "c"}) static_cast<void>(hosts(key, answers));
  static_cast<void>(hosts("a", fails));

  std::string const page = page_of(all);
  EXPECT_EQ(value_in(page, R"(holdfast_calls_total{operation="http",outcome="success"})"), "3");
  EXPECT_EQ(value_in(page, R"(holdfast_calls_total{operation="http",outcome="failure"})"), "1");
  EXPECT_EQ(value_in(page, R"(holdfast_keys{operation="http"})"), "2");
  EXPECT_EQ(value_in(page, R"(holdfast_keys_open{operation="http"})"), "0");
  hosts["a"].force_open("maintenance", off);
  EXPECT_EQ(value_in(page_of(all), R"(holdfast_keys_open{operation="http"})"), "1");
}

TEST(Metrics, NamesOfAnyBytesMakeAValidPage) {
  guard_bench b;
  metrics all;
  guard const odd{"a\"b\\c\nd\xFF", b.around};
  all.watch(odd);

  static_cast<void>(odd(answers));

  EXPECT_EQ(value_in(page_of(all),
                     "holdfast_calls_total{operation=\"a\\\"b\\\\c\\nd\xEF\xBF\xBD\",outcome="
                     "\"success\"}"),
            "1");
}

TEST(Metrics, ManyThreadsLoseNoCount) {
  guard const lookup{"lookup", operation_kind::http};
  metrics all;
  all.watch(lookup);
  constexpr int threads = 4;
  constexpr int calls = 5000;

  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < threads; ++i) {
      callers.emplace_back([&] {
        for (int n = 0; n < calls; ++n) {
          static_cast<void>(lookup([n]() -> outcome { return n % 10 == 0 ? fails() : answers(); }));
        }
      });
    }
    for (int i = 0; i < 20; ++i) static_cast<void>(page_of(all));
  }

  std::string const page = page_of(all);
  EXPECT_EQ(value_in(page, R"(holdfast_calls_total{operation="lookup",outcome="success"})"),
            std::to_string(threads * calls * 9 / 10));
  EXPECT_EQ(value_in(page, R"(holdfast_calls_total{operation="lookup",outcome="failure"})"),
            std::to_string(threads * calls / 10));
  EXPECT_EQ(value_in(page,
                     "holdfast_call_duration_seconds_count{operation=\"lookup\",outcome="
                     "\"success\"}"),
            std::to_string(threads * calls * 9 / 10));
}

}  // namespace
}  // namespace holdfast
