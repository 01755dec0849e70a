// 7. A guarded client, and the tests that it comes with: no network, no sleep.

#include <holdfast/holdfast.hpp>
#include <holdfast/testing.hpp>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <utility>

namespace {

/// Degrees outside: as measured, or the last ones known while the thermometer is away.
class thermometer {
 public:
  using question = std::function<int(holdfast::attempt const&)>;  // goes across the network

  explicit thermometer(question ask, holdfast::surroundings where = {})
      : ask_{std::move(ask)},
        guard_{"thermometer", holdfast::retry{.idempotent = true},
               holdfast::breaker{.failure_threshold = 3}, holdfast::attempt_timeout{}, where} {}

  int read() {
    last_ = guard_(ask_, holdfast::or_else([this] { return last_; }));
    return last_;
  }

 private:
  question ask_;
  holdfast::guard guard_;
  int last_ = 0;
};

void check(bool holds, char const* claim) {
  std::printf("%s %s\n", holds ? "ok    " : "not ok", claim);
  if (!holds) std::exit(EXIT_FAILURE);
}

}  // namespace

int main() {
  holdfast::failure const lost = holdfast::plain_failure(holdfast::category::connection);
  holdfast::manual_time time;
  holdfast::scripted<int> service;
  thermometer outside{service, {.time = &time, .seed = 1}};

  service.fails(lost).returns(21);
  check(outside.read() == 21 && service.calls() == 2, "a lost answer is asked for again");

  service.fails(lost, 3);
  check(outside.read() == 21, "while it is away, the last degrees known are shown");
  check(outside.read() == 21 && service.calls() == 5, "and it is left alone");

  service.returns(19);
  time.advance(std::chrono::minutes{1});
  check(outside.read() == 19, "when it is back, it is asked again");
}
