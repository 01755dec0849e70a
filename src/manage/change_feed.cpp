#include "change_feed.hpp"

#include <iterator>
#include <utility>

namespace holdfast {
namespace {

[[nodiscard]] bool has_end(transition const& changed) noexcept {
  bool const ends =
      changed.to == breaker_state::open || changed.reason == transition_reason::forced;
  return ends && changed.open_until != never_reached;
}

[[nodiscard]] change_record record_of(std::string_view operation, transition const& changed,
                                      std::string_view author) {
  wall_time const now = std::chrono::system_clock::now();
  std::string const reason = describe_cause(changed);
  change_record record{.operation = operation,
                       .at = now,
                       .kind = change_kind::transition,
                       .from = changed.from,
                       .to = changed.to,
                       .reason = std::string_view{reason},
                       .why = changed.why,
                       .author = author};
  if (has_end(changed)) record.end = later(now, elapsed(changed.at, changed.open_until));
  return record;
}

}  // namespace

change_feed::change_feed(std::string author, std::function<void(event const&)> listener,
                         std::shared_ptr<wake_up const> bell, bool is_kept)
    : author_{std::move(author)},
      listener_{std::move(listener)},
      bell_{std::move(bell)},
      is_kept_{is_kept} {}

void change_feed::take(event const& what) {
  if (what.kind == event_kind::breaker_changed && what.changed != nullptr) {
    change_record const record = record_of(what.operation, *what.changed, author_);
    {
      std::lock_guard const held{lock_};
      remember_reason(what.operation, record);
      keep(record);
    }
    bell_->ring();
  }
  if (listener_) listener_(what);
}

void change_feed::add(change_record const& change) {
  std::lock_guard const held{lock_};
  keep(change);
}

// Names may be those of keys, of which there is no end.
void change_feed::remember_reason(std::string_view operation, change_record const& change) {
  auto const known = reasons_.find(operation);
  if (change.to == breaker_state::closed) {
    if (known != reasons_.end()) reasons_.erase(known);
  } else if (known != reasons_.end()) {
    known->second = std::string{change.reason.view()};
  } else if (reasons_.size() < most_reasons) {
    reasons_.emplace(operation, change.reason.view());
  }
}

void change_feed::keep(change_record const& change) {
  if (!is_kept_) return;
  if (waiting_.size() < most_waiting) {
    waiting_.push_back(change);
  } else {
    ++dropped_;
  }
}

std::vector<change_record> change_feed::take_out() {
  std::lock_guard const held{lock_};
  return std::exchange(waiting_, {});
}

void change_feed::put_back(std::vector<change_record> changes) {
  std::lock_guard const held{lock_};
  std::vector<change_record> const newer = std::exchange(waiting_, std::move(changes));
  for (change_record const& each : newer) keep(each);
}

std::string change_feed::reason_of(std::string_view operation) const {
  std::lock_guard const held{lock_};
  auto const known = reasons_.find(operation);
  return known == reasons_.end() ? std::string{} : known->second;
}

std::uint64_t change_feed::dropped() const {
  std::lock_guard const held{lock_};
  return dropped_;
}

}  // namespace holdfast
