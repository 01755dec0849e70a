// 2. A breaker: a service that is down is left alone, and asked again after a while.

#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <system_error>

namespace {

/// Stands for a service across the network.
struct sensor_service {
  bool up = false;

  int read() const {
    if (!up) throw std::system_error{std::make_error_code(std::errc::timed_out)};
    return 42;
  }
};

void call_once(holdfast::guard const& sensor, sensor_service const& service) {
  try {
    std::printf("read %d\n", sensor([&] { return service.read(); }));
  } catch (holdfast::rejected const& refused) {  // no attempt was made
    std::printf("%s\n", refused.what());
  } catch (std::system_error const& error) {  // the service's own exception comes through
    std::printf("failed: %s\n", error.code().message().c_str());
  }
}

}  // namespace

int main() {
  using namespace std::chrono_literals;
  holdfast::manual_time clock;  // moves when told; without `surroundings` the real one is used
  holdfast::guard const sensor{"sensor",
                               holdfast::breaker{.failure_threshold = 3, .recovery_timeout = 30s},
                               holdfast::surroundings{.time = &clock, .seed = 1}};

  sensor_service service;
  for (int i = 0; i < 4; ++i) call_once(sensor, service);
  std::printf("the circuit is %s\n", holdfast::enum_name(sensor.state()).data());

  service.up = true;
  clock.advance(20s);
  call_once(sensor, service);
  clock.advance(20s);
  call_once(sensor, service);  // the wait is over: this call is the probe
  std::printf("the circuit is %s\n", holdfast::enum_name(sensor.state()).data());
}
