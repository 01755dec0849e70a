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

bool tick_listeners::tick(instant now) noexcept {
  using finding = tick_listener::finding;
  bool busy = false;
  tick_listener* to_tell = nullptr;
  {
    lock_holder const held{lock_};
    for (tick_listener* const each : listeners_) {
      finding const found = each->on_tick(now);
      busy = busy || found != finding::idle;
      if (found == finding::to_tell) each->next_to_tell_ = std::exchange(to_tell, each);
    }
  }
  while (to_tell != nullptr) std::exchange(to_tell, to_tell->next_to_tell_)->tell();
  return busy;
}

}  // namespace holdfast
