// 1. A first guard: what fails for a moment is tried again.

#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <string>
#include <system_error>

namespace {

/// Stands for a service across the network. The first two connections are refused.
std::string fetch_forecast() {
  static int calls = 0;
  ++calls;
  std::printf("call %d\n", calls);
  if (calls <= 2) throw std::system_error{std::make_error_code(std::errc::connection_refused)};
  return "sunny";
}

}  // namespace

int main() {
  using namespace std::chrono_literals;
  holdfast::guard const forecast{"forecast",
                                 holdfast::retry{.max_attempts = 4, .initial_delay = 10ms}};

  std::string const answer = forecast(fetch_forecast);

  std::printf("%s\n", answer.c_str());
}
