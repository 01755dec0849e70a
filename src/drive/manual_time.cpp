#include "holdfast/drive/manual_time.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {

manual_time::manual_time() : tick_{tick_of_instant(instant{std::chrono::hours{1}})} {}

instant manual_time::now() noexcept {
  reads_.fetch_add(1, std::memory_order_relaxed);
  return instant_of_tick(tick_.load());
}

void manual_time::advance(duration by) { move_to(later(instant_of_tick(tick_.load()), by)); }

bool manual_time::sleep_until(instant until, std::stop_token const& stop) {
  std::function<void()> meanwhile;
  {
    std::scoped_lock const lock{mutex_};
    slept_.push_back(until - instant_of_tick(tick_.load()));
    meanwhile = during_sleep_;
  }
  if (meanwhile) meanwhile();
  if (stop.stop_requested()) return false;
  move_to(later(until, duration{oversleeps_.load()}));
  return true;
}

std::vector<duration> manual_time::slept() const {
  std::scoped_lock const lock{mutex_};
  return slept_;
}

void manual_time::during_sleep(std::function<void()> what) {
  std::scoped_lock const lock{mutex_};
  during_sleep_ = std::move(what);
}

// Never back: another thread may have moved it on.
void manual_time::move_to(instant at) {
  std::uint64_t const wanted = tick_of_instant(at);
  std::uint64_t present = tick_.load();
  while (present < wanted && !tick_.compare_exchange_weak(present, wanted)) {
  }
  tick_listeners::tell(listeners_.look_at(instant_of_tick(std::max(present, wanted))).to_tell);
}

}  // namespace holdfast
