#include "holdfast/core/story.hpp"

#include "holdfast/base/units.hpp"

namespace holdfast {

void story::tell(failure const& seen) noexcept {
  told_attempt const next{attempts, seen, {}};
  if (last && attempts > 2 && between_count < told_between) between[between_count++] = *last;
  if (!first) first = next;
  last = next;
}

void story::tell_pause(duration pause) noexcept {
  paused += pause;
  if (last) last->pause = pause;
  if (first && last && first->number == last->number) first->pause = pause;
}

std::string describe(story const& told, std::string_view operation) {
  std::string line{operation};
  line += told.stopped == stop_reason::none ? ": succeeded after " : ": gave up after ";
  line += std::to_string(told.attempts) + (told.attempts == 1 ? " attempt" : " attempts");
  auto const rounded = std::chrono::round<std::chrono::milliseconds>(told.elapsed);
  line += " in " + to_text(duration{rounded});
  if (told.stopped != stop_reason::none) {
    line.append(" (").append(enum_name(told.stopped)).append(")");
  }
  if (told.last) line += "; last: " + describe(told.last->seen);
  if (told.first && told.attempts > 1) line += "; first: " + describe(told.first->seen);
  line += told.idempotent ? "; idempotent=yes" : "; idempotent=no";
  return line;
}

}  // namespace holdfast
