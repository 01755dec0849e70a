// A guard for each host: one that is down opens its own circuit, and the others go on.

#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <string>

namespace {

holdfast::expected<int, holdfast::failure> fetch(std::string const& host) {
  if (host == "down.example.org") {
    return holdfast::unexpected{holdfast::plain_failure(holdfast::category::connection)};
  }
  return 200;
}

}  // namespace

int main() {
  using namespace std::chrono_literals;
  holdfast::guard_per_key const hosts{"http", holdfast::key_limits{.max_keys = 2000},
                                      holdfast::retry{.initial_delay = 1ms},
                                      holdfast::breaker{.failure_threshold = 3}};

  for (std::string const host : {"up.example.org", "down.example.org", "up.example.org"}) {
    for (int i = 0; i < 3; ++i) static_cast<void>(hosts(host, [&] { return fetch(host); }));
  }

  // The guard itself, to look at or to force open. While a copy of it lives, its key is kept.
  holdfast::guard const down = hosts["down.example.org"];
  std::printf("%s is %s\n", std::string{down.name()}.c_str(),
              std::string{enum_name(down.state())}.c_str());
  std::printf("up: %d\n", hosts("up.example.org", [] { return fetch("up.example.org"); }).value());
  std::printf("%zu keys\n", hosts.stats().keys);
}
