#include "holdfast/telemetry/event_book.hpp"

#include "holdfast/redact/redact.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

[[nodiscard]] noted_change noted(transition const& changed) {
  return {.from = changed.from,
          .to = changed.to,
          .kind = enum_name(changed.reason),
          .cause = std::string_view{describe_cause(changed)},
          .why = changed.why};
}

[[nodiscard]] noted_event noted(event const& what, std::chrono::system_clock::time_point at) {
  noted_event made{.kind = what.kind,
                   .at = at,
                   .attempt = what.attempt,
                   .took = what.took,
                   .pause = what.pause,
                   .stopped = what.stopped,
                   .amplification = what.amplification};
  if (!what.correlation_id.empty()) {
    made.correlation_id = std::string_view{redacted(what.correlation_id, text_end::cut)};
  }
  if (what.seen != nullptr) made.seen = *what.seen;
  if (what.changed != nullptr) made.changed = noted(*what.changed);
  return made;
}

}  // namespace

event_book::event_book(event_book_limits limits,
                       std::function<std::chrono::system_clock::time_point()> clock)
    : limits_{limits},
      clock_{clock ? std::move(clock) : [] { return std::chrono::system_clock::now(); }} {}

void event_book::on_event(event const& what) {
  bool const by_circuit =
      what.kind == event_kind::call_refused && what.stopped == stop_reason::circuit_open;
  if (by_circuit) return;
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
  if (made.changed) {
    bool const is_closed = made.changed->to == breaker_state::closed;
    found->second.last_change = is_closed ? std::nullopt : made.changed;
  }
  found->second.events.push_back(all_.insert(all_.end(), {made, found}));
  if (found->second.events.size() > limits_.each) forget_oldest_of(found);
  if (all_.size() > limits_.of_all) forget_oldest_of(all_.front().of);
}

void event_book::forget_oldest_of(pages::iterator which) {
  all_.erase(which->second.events.front());
  which->second.events.pop_front();
  bool const says_nothing = which->second.events.empty() && !which->second.last_change;
  if (says_nothing) pages_.erase(which);
}

void event_book::sign_last_change(std::string_view operation, std::string_view author) {
  std::lock_guard const held{lock_};
  auto const found = pages_.find(operation);
  if (found == pages_.end()) return;
  if (found->second.last_change) found->second.last_change->author = author;
  auto& events = found->second.events;
  auto const last = std::find_if(events.rbegin(), events.rend(),
                                 [](auto const& each) { return each->told.changed.has_value(); });
  if (last != events.rend()) (*last)->told.changed->author = author;
}

std::vector<noted_event> event_book::last_of(std::string_view operation, std::size_t limit) const {
  std::lock_guard const held{lock_};
  auto const found = pages_.find(operation);
  if (found == pages_.end()) return {};
  std::vector<noted_event> last;
  auto const& events = found->second.events;
  for (auto each = events.rbegin(); each != events.rend() && last.size() < limit; ++each) {
    last.push_back((*each)->told);
  }
  return last;
}

std::optional<noted_change> event_book::last_change_of(std::string_view operation) const {
  std::lock_guard const held{lock_};
  auto const found = pages_.find(operation);
  return found == pages_.end() ? std::nullopt : found->second.last_change;
}

std::uint64_t event_book::dropped() const {
  std::lock_guard const held{lock_};
  return dropped_;
}

}  // namespace holdfast
