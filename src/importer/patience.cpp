#include "holdfast/importer/patience.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

constexpr duration longest_nap = std::chrono::seconds{1};

}  // namespace

patience::patience(run_limits const& limits, std::stop_token stop, timekeeper& time, watcher watch)
    : limits_{limits}, stop_{std::move(stop)}, time_{time}, watch_{std::move(watch)} {}

expected<void, unmet_request> patience::insist(target_question const& ask) const {
  // A run that has one batch to write, and nothing else to do.
  run_machine machine{limits_, time_.now()};
  machine.on_record(limits_.batch_bytes.value, time_.now());
  problem why;
  for (;;) {
    if (stop_.stop_requested()) machine.on_interrupt();
    run_step const step = machine.next(time_.now());
    if (step.action == run_action::wait) {
      nap(step.until, why);
      continue;
    }
    if (step.action == run_action::end) {
      return unexpected{unmet_request{machine.ending(), std::move(why)}};
    }
    target_answer answer = ask();
    if (answer.status == target_status::done) return {};
    why = std::move(answer.why);
    if (answer.status == target_status::stopped) {
      return unexpected{unmet_request{run_ending::target_stopped, std::move(why)}};
    }
    machine.on_target_refused(answer.retry_after, time_.now());
  }
}

void patience::nap(instant until, problem const& why) const {
  instant const now = time_.now();
  watch_(why, until, now);
  static_cast<void>(time_.sleep_until(std::min(until, later(now, longest_nap)), stop_));
}

}  // namespace holdfast
