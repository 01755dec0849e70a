// What it costs to judge a code, beside what a failure costs that is only made. Codes come in a
// shuffled order, as no processor can foresee; `one` is the same code again and again.

#include "holdfast/base/random.hpp"
#include "holdfast/classify/curl.hpp"
#include "holdfast/classify/errno.hpp"
#include "holdfast/classify/http.hpp"
#include "holdfast/classify/sqlite.hpp"
#include "holdfast/classify/sqlstate.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using holdfast::phase;

/// 4096 of the given codes, in an order that the same seed makes again.
template <class Code>
std::vector<Code> shuffled(std::vector<Code> const& codes) {
  holdfast::random_bits random{1};
  std::vector<Code> mixed(4096);
  std::ranges::generate(mixed, [&] { return codes[random() % codes.size()]; });
  return mixed;
}

template <class Code, class Judge>
void measure(benchmark::State& state, std::vector<Code> const& codes, Judge judge) {
  std::vector<Code> const mixed = shuffled(codes);
  std::size_t at = 0;
  for (auto _ : state) {
    holdfast::failure const seen = judge(mixed[at]);
    benchmark::DoNotOptimize(seen);
    at = (at + 1) % mixed.size();
  }
}

std::vector<std::string_view> all_sqlstates() {
  std::vector<std::string_view> codes;
  for (auto const& each : holdfast::sqlstate_table()) codes.push_back(each.sqlstate);
  return codes;
}

std::vector<int> numbers(int first, int last) {
  std::vector<int> codes;
  for (int code = first; code <= last; ++code) codes.push_back(code);
  return codes;
}

void made_only(benchmark::State& state) {
  measure(state, numbers(1, 100), [](int code) {
    return holdfast::failure{.severity = static_cast<holdfast::severity>(code % 4)};
  });
}

holdfast::failure judged(std::string_view code) {
  return holdfast::classify_sqlstate(code, phase::sent);
}

void sqlstate_mixed(benchmark::State& state) { measure(state, all_sqlstates(), judged); }
void sqlstate_one(benchmark::State& state) {
  measure(state, std::vector<std::string_view>{"40001"}, judged);
}
void sqlstate_unknown(benchmark::State& state) {
  measure(state, std::vector<std::string_view>{"22ZZZ", "XQ001", "40009"}, judged);
}
void http_mixed(benchmark::State& state) {
  measure(state, numbers(300, 599), [](int code) { return holdfast::classify_http(code); });
}
void http_one(benchmark::State& state) {
  measure(state, numbers(503, 503), [](int code) { return holdfast::classify_http(code); });
}
void curl_mixed(benchmark::State& state) {
  measure(state, numbers(1, 99),
          [](int code) { return holdfast::classify_curl(code, phase::sent); });
}
void errno_mixed(benchmark::State& state) {
  measure(state, numbers(1, 133),
          [](int code) { return holdfast::classify_errno(code, phase::sent); });
}
void sqlite_mixed(benchmark::State& state) {
  measure(state, std::vector<int>{1, 5, 6, 11, 13, 14, 19, 261, 275, 517, 778, 787, 1299, 2067},
          [](int code) { return holdfast::classify_sqlite(code); });
}

BENCHMARK(made_only);
BENCHMARK(sqlstate_mixed);
BENCHMARK(sqlstate_one);
BENCHMARK(sqlstate_unknown);
BENCHMARK(http_mixed);
BENCHMARK(http_one);
BENCHMARK(curl_mixed);
BENCHMARK(errno_mixed);
BENCHMARK(sqlite_mixed);

}  // namespace

BENCHMARK_MAIN();
