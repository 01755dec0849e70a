// 8. Limits: how many calls at once, and how many a second.

#include <holdfast/holdfast.hpp>

#include <cstdio>

namespace {

/// Makes a report; while it does, the next one is asked for.
void make_report(holdfast::guard const& reports, int number) {
  try {
    reports([&] {
      std::printf("report %d begins\n", number);
      if (number < 3) make_report(reports, number + 1);
    });
  } catch (holdfast::rejected const& refused) {  // no attempt was made
    std::printf("%s\n", refused.what());
  }
}

/// Asks for a quote; how long to wait before asking again, where there was no turn for it.
holdfast::duration ask(holdfast::guard const& quotes) {
  try {
    quotes([] { std::printf("asked\n"); });
    return {};
  } catch (holdfast::rejected const& refused) {
    std::printf("%s\n", refused.what());
    return refused.why().retry_after.value_or(holdfast::duration::zero());
  }
}

}  // namespace

int main() {
  using namespace std::chrono_literals;
  holdfast::manual_time clock;
  holdfast::surroundings const here{.time = &clock, .seed = 1};

  // As many reports at once as the database can bear; none waits in line.
  holdfast::guard const reports{"reports", holdfast::bulkhead{.max_concurrent = 2}, here};
  make_report(reports, 1);

  // The service grants four questions a second, two of them at once.
  holdfast::limiter pace{.per_second = 4, .burst = 2};
  holdfast::guard const quotes{"quotes", pace, here};
  ask(quotes);
  ask(quotes);
  clock.advance(ask(quotes));
  ask(quotes);

  // Who has time may wait for a turn.
  pace.max_wait = 1s;
  holdfast::guard const patient{"patient", pace, here};
  holdfast::instant const began = clock.now();
  for (int i = 0; i < 4; ++i) ask(patient);
  std::printf("four took %s\n", holdfast::to_text(clock.now() - began).c_str());
}
