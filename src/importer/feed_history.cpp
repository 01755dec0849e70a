#include "holdfast/importer/feed_history.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <utility>

namespace holdfast {

feed_history::feed_history(std::vector<std::int64_t> const& runs, mark_reader reader)
    : reader_{std::move(reader)} {
  for (std::int64_t const run : runs) near_.push_back({.cursor = {.run = run}});
}

expected<std::optional<ledger_mark>, failure> feed_history::search(std::uint64_t position,
                                                                   std::uint64_t fingerprint) {
  if (position >= next_change_) {
    if (auto const moved = move_to(position); !moved) return unexpected{moved.error()};
  }
  std::optional<ledger_mark> found;
  for (thread const& run : near_) {
    for (auto const& [span, marks] : run.open) {
      ledger_mark const mark = marks[position - span.first];
      if (!mark.is_of(fingerprint)) continue;
      if (!mark.may_be_judged_again()) return mark;
      found = mark;
    }
  }
  return found;
}

expected<void, failure> feed_history::move_to(std::uint64_t position) {
  bring_near(position);
  next_change_ = std::numeric_limits<std::uint64_t>::max();
  auto const change_at = [&](std::uint64_t at) { next_change_ = std::min(next_change_, at); };
  for (thread& run : near_) {
    if (auto const moved = advance(run, position); !moved) {
      next_change_ = position;
      return moved;
    }
    for (open_span const& each : run.open) change_at(each.of.end());
    if (run.ahead) change_at(run.ahead->first);
  }
  send_away();
  if (!far_.empty()) change_at(far_.back().cursor.first);
  return {};
}

void feed_history::bring_near(std::uint64_t position) {
  while (!far_.empty() && far_.back().cursor.first <= position) {
    auto const place = std::ranges::upper_bound(near_, far_.back().cursor.run, {},
                                                [](thread const& run) { return run.cursor.run; });
    near_.insert(place, std::move(far_.back()));
    far_.pop_back();
  }
}

void feed_history::send_away() {
  std::erase_if(near_, [](thread const& run) { return run.is_over(); });
  if (std::ranges::none_of(near_, &thread::is_far)) return;
  auto const rest = std::ranges::stable_partition(near_, std::not_fn(&thread::is_far));
  std::ranges::move(rest, std::back_inserter(far_));
  near_.erase(rest.begin(), rest.end());
  std::ranges::sort(far_, std::ranges::greater{},
                    [](thread const& run) { return run.cursor.first; });
}

expected<void, failure> feed_history::advance(thread& run, std::uint64_t position) const {
  std::erase_if(run.open, [&](open_span const& span) { return span.of.end() <= position; });
  for (;;) {
    if (!run.ahead && !run.at_end) {
      if (auto const looked = look_ahead(run); !looked) return looked;
    }
    if (!run.ahead || run.ahead->first > position) return {};
    if (run.ahead->end() > position) {
      if (auto const opened = open_ahead(run, position); !opened) return opened;
    }
    run.ahead.reset();
  }
}

expected<void, failure> feed_history::look_ahead(thread& run) const {
  auto const next = reader_.next_span(run.cursor);
  if (!next) return unexpected{next.error()};
  run.ahead = *next;
  run.at_end = !run.ahead;
  if (run.ahead) run.cursor = {run.cursor.run, run.ahead->first, run.ahead->batch};
  return {};
}

// Only now: what lies ahead of the source may be as large as all that was ever imported.
expected<void, failure> feed_history::open_ahead(thread& run, std::uint64_t position) const {
  auto marks = reader_.marks_of(run.ahead->batch);
  if (!marks) return unexpected{marks.error()};
  mark_span span = *run.ahead;
  span.records = marks->size();  // somebody may have deleted it meanwhile
  if (span.end() > position) run.open.push_back({span, std::move(*marks)});
  return {};
}

}  // namespace holdfast
