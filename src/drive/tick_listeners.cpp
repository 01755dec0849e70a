#include "holdfast/drive/tick_listeners.hpp"

#include <utility>

namespace holdfast {

void tick_listeners::add(tick_listener& listener) {
  lock_holder const held{lock_};
  listeners_.push_back(&listener);
}

void tick_listeners::remove(tick_listener& listener) noexcept {
  lock_holder const held{lock_};
  std::erase(listeners_, &listener);
}

tick_listeners::look tick_listeners::look_at(instant now) noexcept {
  using finding = tick_listener::finding;
  look seen;
  lock_holder const held{lock_};
  for (tick_listener* const each : listeners_) {
    finding const found = each->on_tick(now);
    seen.busy = seen.busy || found != finding::idle;
    if (found == finding::to_tell) each->next_to_tell_ = std::exchange(seen.to_tell, each);
  }
  return seen;
}

void tick_listeners::tell(tick_listener* first) noexcept {
  while (first != nullptr) std::exchange(first, first->next_to_tell_)->tell();
}

}  // namespace holdfast
