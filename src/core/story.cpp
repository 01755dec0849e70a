#include "holdfast/core/story.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/base/units.hpp"

namespace holdfast {
namespace {

constexpr std::size_t longest_text = 200;

std::string in_one_line(failure const& seen) { return excerpt(describe(seen), longest_text); }

/// " (withheld): a retry was withheld because …"; where attempts were spent their number says all.
std::string ending_of(stop_reason why) {
  std::string text = " (" + std::string{enum_name(why)} + ")";
  if (why != stop_reason::attempts_spent) text.append(": ").append(explain(why));
  return text;
}

}  // namespace

void story::tell(failure const& seen, duration took) noexcept {
  told_attempt const next{attempts, seen, took, {}};
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
  bool const succeeded = told.stopped == stop_reason::none;
  std::string line = excerpt(operation, longest_text);
  line += succeeded ? ": succeeded after " : ": gave up after ";
  line += std::to_string(told.attempts) + (told.attempts == 1 ? " attempt" : " attempts");
  line += " in " + to_text(duration{std::chrono::round<std::chrono::milliseconds>(told.elapsed)});
  if (!succeeded) line += ending_of(told.stopped);
  if (told.last) line += "; last: " + in_one_line(told.last->seen);
  if (told.first && told.attempts > 1) line += "; first: " + in_one_line(told.first->seen);
  line += told.idempotent ? "; idempotent=yes" : "; idempotent=no";
  return line;
}

}  // namespace holdfast
