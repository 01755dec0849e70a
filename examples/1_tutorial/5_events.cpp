// 5. Events and the story: what a guard decided, and why.

#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <string>
#include <system_error>

namespace {

int save_order() { throw std::system_error{std::make_error_code(std::errc::connection_reset)}; }

void print(holdfast::event const& what) {
  std::printf("%s", holdfast::enum_name(what.kind).data());
  if (what.kind == holdfast::event_kind::attempt_failed)
    std::printf(" %d, next in %s", what.attempt, holdfast::to_text(what.pause).c_str());
  if (what.changed != nullptr) std::printf(" %s", holdfast::describe(*what.changed).c_str());
  std::printf("\n");
}

void save(holdfast::guard const& orders) {
  holdfast::story told;
  try {
    orders.with({.correlation_id = "order 17", .story = &told})(save_order);
  } catch (std::system_error const&) {
    std::printf("%s\n", holdfast::describe(told, orders.name()).c_str());
  }
}

}  // namespace

int main() {
  using namespace std::chrono_literals;
  holdfast::manual_time clock;
  holdfast::surroundings const here{.time = &clock, .seed = 1};
  holdfast::retry pacing{.max_attempts = 3, .jitter = holdfast::jitter::none};

  holdfast::guard const careful{"orders", pacing, here};
  careful.on_event(print);
  save(careful);  // a reset connection may have saved the order: not repeated

  pacing.idempotent = true;
  holdfast::guard const keyed{"keyed orders", pacing, holdfast::breaker{.failure_threshold = 3},
                              here};
  keyed.on_event(print);
  save(keyed);
}
