#include "manage/pauses.hpp"

#include "holdfast/base/failure_names.hpp"
#include "holdfast/core/backoff.hpp"

#include <algorithm>

namespace holdfast {
namespace {

/// The categories after which an attempt may be repeated and counts as one.
std::vector<category> repeatable() {
  std::vector<category> all;
  for (auto const& each : names_of<category>::table) {
    bool const ends = each.value == category::cancelled || each.value == category::in_doubt ||
                      each.value == category::rejected;
    if (!ends) all.push_back(each.value);
  }
  return all;
}

duration longest_draw(core::pacing const& by, core::pause_sequence const& at) {
  double const cap = core::count_of(by.max_delay);
  if (by.jitter == jitter::decorrelated) {
    double const least = std::min(core::count_of(by.initial_delay), cap);
    return core::held_within(3 * std::max(core::count_of(at.previous), least), by.max_delay);
  }
  double const ceiling = at.ceiling(by);
  bool const is_spread = by.jitter == jitter::proportional;
  return core::held_within(is_spread ? ceiling * (1 + by.jitter_factor) : ceiling, by.max_delay);
}

duration shortest_draw(core::pacing const& by, core::pause_sequence const& at) {
  double const ceiling = at.ceiling(by);
  switch (by.jitter) {
    case jitter::none: return core::held_within(ceiling, by.max_delay);
    case jitter::proportional:
      return core::held_within(ceiling * (1 - by.jitter_factor), by.max_delay);
    case jitter::equal: return core::held_within(ceiling / 2, by.max_delay);
    case jitter::full: break;
    case jitter::decorrelated: return std::min(by.initial_delay, by.max_delay);
  }
  return duration::zero();
}

}  // namespace

int most_attempts(retry const& options) noexcept {
  int most = 1;
  for (category const each : repeatable()) {
    most = std::max(most, core::attempts_allowed(options, each, 0));
  }
  return most;
}

std::vector<duration> longest_pauses(retry const& options) {
  struct way {
    core::pacing by;
    int attempts;
  };
  std::vector<way> ways;
  for (category const each : repeatable()) {
    ways.push_back({core::pacing_after(options, each), core::attempts_allowed(options, each, 0)});
  }
  std::vector<duration> pauses;
  core::pause_sequence at;
  int const most = most_attempts(options);
  for (int failed = 1; failed < most; ++failed) {
    duration longest{};
    double factor = 1;
    for (way const& each : ways) {
      if (failed >= each.attempts) continue;
      longest = std::max(longest, longest_draw(each.by, at));
      factor = std::max(factor, each.by.backoff_factor);
    }
    pauses.push_back(longest);
    at.previous = longest;
    at.growth = std::min(at.growth * factor, core::pause_sequence::most_growth);
    ++at.drawn;
  }
  return pauses;
}

std::vector<duration> shortest_pauses(retry const& options, category seen) {
  core::pacing const by = core::pacing_after(options, seen);
  std::vector<duration> pauses;
  core::pause_sequence at;
  int const most = core::attempts_allowed(options, seen, 0);
  for (int failed = 1; failed < most; ++failed) {
    pauses.push_back(shortest_draw(by, at));
    at.growth = std::min(at.growth * by.backoff_factor, core::pause_sequence::most_growth);
    ++at.drawn;
  }
  return pauses;
}

}  // namespace holdfast
