#include "holdfast/core/bulkhead_machine.hpp"

#include <algorithm>
#include <limits>

namespace holdfast::core {

bulkhead_answer bulkhead_machine::enter(bool may_queue) noexcept {
  if (has_place()) {
    ++now_.running;
    return bulkhead_answer::admitted;
  }
  if (!may_queue || now_.waiting >= queue_places_) return bulkhead_answer::refuse;
  ++now_.waiting;
  return bulkhead_answer::queue;
}

bool bulkhead_machine::leave() noexcept {
  if (now_.running == 0) return false;
  --now_.running;
  return hand_over() > 0;
}

void bulkhead_machine::give_up() noexcept { now_.waiting = std::max(0, now_.waiting - 1); }

int bulkhead_machine::reconfigure(bulkhead const& options) noexcept {
  take(options);
  return hand_over();
}

void bulkhead_machine::restore(bulkhead_snapshot const& from) noexcept {
  now_ = {std::max(0, from.running), std::max(0, from.waiting)};
}

void bulkhead_machine::take(bulkhead const& options) noexcept {
  places_ = options.max_concurrent > 0 ? options.max_concurrent : std::numeric_limits<int>::max();
  queue_places_ = std::max(0, options.max_waiting);
}

int bulkhead_machine::hand_over() noexcept {
  int const given = std::clamp(places_ - now_.running, 0, now_.waiting);
  now_.waiting -= given;
  now_.running += given;
  return given;
}

}  // namespace holdfast::core
