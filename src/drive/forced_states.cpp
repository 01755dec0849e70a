#include "holdfast/drive/forced_states.hpp"

#include "holdfast/base/expected.hpp"
#include "holdfast/core/story.hpp"

#include <stdexcept>
#include <utility>

namespace holdfast {
namespace {

void fail_once(guard const& guarded, failure const& why, call_options options) {
  options.max_attempts = options.max_attempts.value_or(1);
  auto const fails = [&]() -> expected<void, failure> { return unexpected<failure>{why}; };
  static_cast<void>(guarded.with(std::move(options))(fails));
}

}  // namespace

void open_circuit(guard const& guarded) {
  constexpr int more_than_any_window = 200'001;
  failure const broken{.category = category::transient, .advice = advice::never, .text = "forced"};
  for (int i = 0; i < more_than_any_window && guarded.state() != breaker_state::open; ++i) {
    fail_once(guarded, broken, {});
  }
  if (guarded.state() != breaker_state::open) {
    throw std::logic_error{"open_circuit: the breaker of this guard does not open by failures"};
  }
}

void half_open_circuit(guard const& guarded, manual_time& time) {
  open_circuit(guarded);
  time.advance(elapsed(time.now(), guarded.stats().breaker.open_until));
  failure const neutral{
      .category = category::cancelled, .fault = fault::nobody, .advice = advice::never};
  fail_once(guarded, neutral, {});
  if (guarded.state() != breaker_state::half_open) {
    throw std::logic_error{"half_open_circuit: this guard is not driven by that manual_time"};
  }
}

void empty_budget(guard const& guarded) {
  constexpr int more_than_any_budget = 1'000'002;
  bool const limited = guarded.policies().budget.capacity != off;
  failure const neutral{.category = category::unknown,
                        .fault = fault::nobody,
                        .advice = advice::now,
                        .text = "forced"};
  story told;
  if (limited) {
    fail_once(guarded, neutral, {.max_attempts = more_than_any_budget, .story = &told});
  }
  if (told.stopped != stop_reason::no_budget) {
    throw std::logic_error{"empty_budget: retries do not empty the budget of this guard"};
  }
}

}  // namespace holdfast
