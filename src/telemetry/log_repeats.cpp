#include "telemetry/log_repeats.hpp"

#include <algorithm>
#include <functional>
#include <string_view>

namespace holdfast {
namespace {

/// Between two times of day, whichever is earlier.
[[nodiscard]] duration between(std::chrono::system_clock::time_point a,
                               std::chrono::system_clock::time_point b) noexcept {
  auto const [early, late] = std::minmax(a, b);
  return elapsed(instant{early.time_since_epoch()}, instant{late.time_since_epoch()});
}

}  // namespace

std::size_t log_repeats::hash::operator()(trouble const& of) const noexcept {
  constexpr std::size_t prime = 31;
  std::hash<std::string_view> const of_text;
  std::size_t sum = of_text(of.operation.view());
  sum = sum * prime + of_text(of.code.value.view());
  sum = sum * prime + static_cast<std::size_t>(of.kind);
  sum = sum * prime + static_cast<std::size_t>(of.reason);
  return sum * prime + (of.category ? static_cast<std::size_t>(*of.category) + 1 : 0);
}

// A clock that was set back must silence nothing for long.
bool log_repeats::is_over(repeated_trouble const& seen, time_point now) const noexcept {
  return between(seen.since, now) >= length_;
}

void log_repeats::end(windows::iterator which, time_point now,
                      std::vector<repeated_trouble>& ended) {
  if (which->times > 0) {
    ended.push_back(*which);
    ended.back().window = std::min(between(which->since, now), length_);
  }
  found_by_.erase(which->what);
  open_.erase(which);
}

bool log_repeats::counts(trouble const& seen, log_level level, time_point now,
                         std::vector<repeated_trouble>& ended) {
  auto const found = found_by_.find(seen);
  if (found == found_by_.end()) return false;
  repeated_trouble& window = *found->second;
  if (is_over(window, now)) {
    end(found->second, now, ended);
    return false;
  }
  ++window.times;
  window.level = std::max(window.level, level);
  return true;
}

bool log_repeats::is_first(trouble const& seen, log_level level, time_point now,
                           std::vector<repeated_trouble>& ended) {
  if (length_ <= duration::zero()) return true;
  if (counts(seen, level, now, ended)) return false;
  trouble const shared{.operation = other_operations, .kind = seen.kind};
  bool const has_room = open_.size() < most_;
  if (!has_room && counts(shared, level, now, ended)) return false;
  windows begun;
  begun.push_back({.what = has_room ? seen : shared, .level = level, .since = now});
  found_by_.emplace(begun.front().what, begun.begin());
  open_.splice(open_.end(), begun);
  return true;
}

void log_repeats::end_those_over(time_point now, std::size_t most,
                                 std::vector<repeated_trouble>& ended) {
  while (most-- > 0 && !open_.empty() && is_over(open_.front(), now)) {
    end(open_.begin(), now, ended);
  }
}

void log_repeats::end_all(time_point now, std::vector<repeated_trouble>& ended) {
  while (!open_.empty()) end(open_.begin(), now, ended);
}

}  // namespace holdfast
