// What redaction costs: a short clean text, clean and mixed logs by the line and as one text, with
// and without known secrets; and inputs made to be slow, at growing sizes, whose time a byte must
// not grow.

#include "holdfast/redact/redact.hpp"
#include "holdfast/redact/redactor.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using holdfast::redaction;
using holdfast::redactor;

constexpr std::size_t mebibyte = 1024 * 1024;

constexpr auto clean_lines = std::to_array<std::string_view>({
    "2026-11-22T02:03:00.123456Z INFO pool=main size=16 idle=9 wait_ms=0 request served in 12 ms",
    "10.1.2.3 - - [22/Nov/2026:02:03:00 +0000] \"GET /v1/items?page=1&sort=desc HTTP/1.1\" 200 "
    "5120",
    "orders-db: gave up after 4 attempts in 2.31 s (attempts_spent); last: 40001 conflict",
    "{\"level\":\"info\",\"ts\":1763776980.12,\"caller\":\"api/"
    "server.go:120\",\"msg\":\"request\",\"status\":200}",
    "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7 breaker=payments "
    "state=open",
    "ERROR:  duplicate key value violates unique constraint \"users_pkey\" while inserting batch "
    "17",
    "kernel: eth0: link up, 1000Mbps, full-duplex, lpa 0xC5E1; Nov 22 02:03:01 host sshd[411]: "
    "done",
});

constexpr auto dirty_lines = std::to_array<std::string_view>({
    "connecting to postgresql://svc:correct-horse@db.example/orders failed: timeout expired",
    "{\"user\":\"bob\",\"password\":\"correct horse\",\"remember\":true}",
    "> Authorization: Bearer 0a1B2c3D4e5F6g7H8i9J",
});

/// Lines of about one mebibyte in all, of which one in `one_dirty_in` holds a secret; 0 is none.
std::vector<std::string> lines(std::size_t one_dirty_in) {
  std::vector<std::string> made;
  std::size_t bytes = 0;
  for (std::size_t i = 0; bytes < mebibyte; ++i) {
    bool const dirty = one_dirty_in != 0 && i % one_dirty_in == 0;
    made.emplace_back(dirty ? dirty_lines[(i / one_dirty_in) % dirty_lines.size()]
                            : clean_lines[i % clean_lines.size()]);
    bytes += made.back().size();
  }
  return made;
}

std::vector<std::string_view> const secrets{"correct horse battery", "p@ss/w\"ord 7",
                                            "0123-4567-89ab"};

void short_clean_text(benchmark::State& state) {
  std::string_view const text =
      "curl CURLE_OPERATION_TIMEDOUT (timeout): Operation timed out after 2000 milliseconds with 0 "
      "bytes received (GET http:";
  std::string changed;
  for (auto _ : state) benchmark::DoNotOptimize(holdfast::redact(text, changed));
}

void by_line(benchmark::State& state, std::size_t one_dirty_in, redactor const& by) {
  auto const all = lines(one_dirty_in);
  std::size_t bytes = 0;
  std::string changed;
  for (auto _ : state) {
    for (std::string const& line : all) benchmark::DoNotOptimize(by.redact(line, changed));
  }
  for (std::string const& line : all) bytes += line.size();
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
}

void as_one_text(benchmark::State& state, std::size_t one_dirty_in, redactor const& by) {
  std::string text;
  for (std::string const& line : lines(one_dirty_in)) text += line + ' ';
  std::string changed;
  for (auto _ : state) benchmark::DoNotOptimize(by.redact(text, changed));
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

/// The same few bytes again and again.
void hostile(benchmark::State& state, std::string_view piece, redactor const& by) {
  std::string text;
  while (text.size() < static_cast<std::size_t>(state.range(0))) text += piece;
  std::string changed;
  for (auto _ : state) benchmark::DoNotOptimize(by.redact(text, changed));
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

void add_hostile(redactor const& by, redactor const& knowing) {
  constexpr auto pieces = std::to_array<std::pair<char const*, std::string_view>>({
      {"token words", "token "},
      {"open values", "auth="},
      {"open quotes", "secret='"},
      {"escaped quotes", "key=\\\""},
      {"open URIs", "://a"},
      {"URIs with colons", "://a:b"},
      {"percent signs", "%25"},
      {"open dollars", "pw=$a$"},
      {"literals", "values ('"},
      {"open rows", "Key (a)=(b)"},
      {"half tokens", "eyJeyJ"},
      {"digits", "4111 "},
      {"at signs", "a@"},
      {"backslashes", "\\\\\\\\\\\\\\"},
      {"programs", "curl -u "},
      {"key blocks", "BEGIN PRIVATE "},
      {"rules of users", "ACL SETUSER "},
  });
  for (auto const& [name, piece] : pieces) {
    benchmark::RegisterBenchmark((std::string{"hostile/"} + name).c_str(),
                                 [piece = piece, &by](auto& state) { hostile(state, piece, by); })
        ->RangeMultiplier(32)
        ->Range(10 * 1024, 10 * mebibyte)
        ->MinTime(0.05);
  }
  benchmark::RegisterBenchmark("hostile/known prefixes",
                               [&](auto& state) { hostile(state, "aaaaaaaaaaaaaaaa", knowing); })
      ->RangeMultiplier(32)
      ->Range(10 * 1024, 10 * mebibyte)
      ->MinTime(0.05);
}

}  // namespace

int main(int argc, char** argv) {
  redactor const plain;
  redactor const knowing{{}, secrets};
  redactor const all{{.personal = true}, secrets};
  std::string const almost = std::string(2000, 'a') + "b";
  redactor const repeated{{.personal = true}, std::vector<std::string_view>{almost}};
  benchmark::RegisterBenchmark("short clean text", short_clean_text);
  using benchmark::RegisterBenchmark;
  RegisterBenchmark("clean, by line", [&](auto& s) { by_line(s, 0, plain); });
  RegisterBenchmark("clean, by line, known", [&](auto& s) { by_line(s, 0, knowing); });
  RegisterBenchmark("clean, by line, personal", [&](auto& s) { by_line(s, 0, all); });
  RegisterBenchmark("clean, one text", [&](auto& s) { as_one_text(s, 0, plain); });
  RegisterBenchmark("1 in 20, by line", [&](auto& s) { by_line(s, 20, plain); });
  RegisterBenchmark("1 in 20, one text", [&](auto& s) { as_one_text(s, 20, plain); });
  RegisterBenchmark("all dirty, by line", [&](auto& s) { by_line(s, 1, plain); });
  add_hostile(all, repeated);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
