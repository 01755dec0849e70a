#include "holdfast/telemetry/event_book.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

[[nodiscard]] noted_event noted(event const& what, std::chrono::system_clock::time_point at) {
  noted_event made{.kind = what.kind,
                   .at = at,
                   .correlation_id = what.correlation_id,
                   .attempt = what.attempt,
                   .took = what.took,
                   .pause = what.pause,
                   .stopped = what.stopped,
                   .amplification = what.amplification};
  if (what.seen != nullptr) made.seen = *what.seen;
  if (what.changed != nullptr) made.changed = *what.changed;
  return made;
}

}  // namespace

event_book::event_book(event_book_limits limits,
                       std::function<std::chrono::system_clock::time_point()> clock)
    : limits_{limits},
      clock_{clock ? std::move(clock) : [] { return std::chrono::system_clock::now(); }} {}

void event_book::on_event(event const& what) {
  noted_event made = noted(what, clock_());
  std::lock_guard const held{lock_};
  auto found = pages_.find(what.operation);
  if (found == pages_.end()) {
    if (pages_.size() >= limits_.operations) {
      ++dropped_;
      return;
    }
    found = pages_.emplace(what.operation, page{}).first;
  }
  page& own = found->second;
  if (made.changed) own.last_change = made.changed;
  bool const full = own.events.size() >= limits_.each || kept_ >= limits_.of_all;
  if (full && own.events.empty()) {
    ++dropped_;
    return;
  }
  if (full) {
    own.events.pop_front();
  } else {
    ++kept_;
  }
  own.events.push_back(std::move(made));
}

std::vector<noted_event> event_book::last_of(std::string_view operation, std::size_t limit) const {
  std::lock_guard const held{lock_};
  auto const found = pages_.find(operation);
  if (found == pages_.end()) return {};
  std::deque<noted_event> const& all = found->second.events;
  auto const wanted = static_cast<std::ptrdiff_t>(std::min(limit, all.size()));
  return {all.rbegin(), all.rbegin() + wanted};
}

std::string event_book::reason_of(std::string_view operation) const {
  std::lock_guard const held{lock_};
  auto const found = pages_.find(operation);
  if (found == pages_.end() || !found->second.last_change) return {};
  transition const& last = *found->second.last_change;
  std::string text = describe_cause(last);
  if (!last.why.empty()) text.append(": ").append(last.why.view());
  return text;
}

std::uint64_t event_book::dropped() const {
  std::lock_guard const held{lock_};
  return dropped_;
}

}  // namespace holdfast
