// A guard whose metrics, health and circuit can be seen over HTTP. docs/observability.md quotes
// this.

#include <holdfast/serve/monitor.hpp>
#include <holdfast/serve/server.hpp>
#include <holdfast/telemetry/exposition.hpp>

#include <cstdio>
#include <sstream>
#include <string>

int main() {
  holdfast::guard const page{"chembl.page", holdfast::operation_kind::http,
                             holdfast::retry{.idempotent = true}, holdfast::breaker{}};

  holdfast::monitor monitor;
  monitor.watch(page);
  auto const server = holdfast::server::open(monitor, {.port = 0});  // 9464 by default
  if (!server) {
    std::fprintf(stderr, "%s\n", holdfast::describe(server.error()).c_str());
    return 1;
  }

  static_cast<void>(page([] { return 42; }));

  // What GET /metrics answers, without a client: the lines that count calls.
  holdfast::exposition text{holdfast::exposition_format::prometheus};
  monitor.write_metrics(text);
  std::istringstream lines{std::move(text).finish()};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("holdfast_calls_total")) std::printf("%s\n", line.c_str());
  }
}
