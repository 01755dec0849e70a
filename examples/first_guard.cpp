#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <system_error>

int main() {
  using namespace std::chrono_literals;
  holdfast::guard const sensor{"sensor.read", holdfast::breaker{},
                               holdfast::retry{.max_attempts = 5, .initial_delay = 10ms}};
  int const value = sensor([](holdfast::attempt const& a) {
    if (a.number() < 3)
      throw std::system_error{std::make_error_code(std::errc::connection_refused)};
    return 42;
  });
  std::printf("read %d\n", value);
}
