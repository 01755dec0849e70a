#include "holdfast/drive/event_recorder.hpp"

namespace holdfast {

recorded_event::recorded_event(event const& what)
    : kind{what.kind},
      operation{what.operation},
      at{what.at},
      correlation_id{what.correlation_id},
      attempt{what.attempt},
      pause{what.pause},
      stopped{what.stopped},
      amplification{what.amplification} {
  if (what.seen != nullptr) seen = *what.seen;
  if (what.changed != nullptr) changed = *what.changed;
  if (what.told != nullptr) told = *what.told;
}

event_recorder::event_recorder() : kept_{std::make_shared<record>()} {}

void event_recorder::operator()(event const& what) const {
  std::scoped_lock const lock{kept_->mutex};
  kept_->events.emplace_back(what);
}

std::vector<recorded_event> event_recorder::all() const {
  std::scoped_lock const lock{kept_->mutex};
  return kept_->events;
}

std::vector<recorded_event> event_recorder::of(event_kind kind) const {
  std::vector<recorded_event> found = all();
  std::erase_if(found, [&](recorded_event const& each) { return each.kind != kind; });
  return found;
}

void event_recorder::clear() const {
  std::scoped_lock const lock{kept_->mutex};
  kept_->events.clear();
}

}  // namespace holdfast
