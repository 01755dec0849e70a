#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/core/stop_reason.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// One failed attempt of a call.
struct told_attempt {
  int number = 0;    ///< from 1
  failure seen;      ///< how it ended
  duration took{};   ///< how long it ran; zero where that was not timed
  duration pause{};  ///< the pause that followed it; zero where none did
};

/// What happened in one call that did not succeed at once: the first failure, the last one, and up
/// to six between. A value of a fixed size, about 2 KB; built only once something has failed.
struct story {
  static constexpr std::size_t told_between = 6;

  int attempts = 0;  ///< made, the successful one included
  std::optional<told_attempt> first;
  /// The attempts that followed the first, from the second on; later ones are counted alone.
  std::array<told_attempt, told_between> between{};
  std::size_t between_count = 0;
  std::optional<told_attempt> last;
  duration elapsed{};  ///< from the first failure's attempt, where its start was timed
  duration paused{};   ///< all pauses together
  stop_reason stopped = stop_reason::none;
  bool idempotent = false;  ///< what the operation was declared to be

  /// Adds a failed attempt, the one of number `attempts`.
  /// @param took how long it ran; zero where that was not timed
  void tell(failure const& seen, duration took = {}) noexcept;

  /// Notes the pause that follows the attempt told last.
  void tell_pause(duration pause) noexcept;
};

/// One line for the log: "orders-db: gave up after 4 attempts in 2.31s (attempts_spent); last: …;
/// first: …; idempotent=yes". A reason that its name does not tell follows in words: "(withheld):
/// a retry was withheld because the operation is not declared idempotent". Control characters and
/// line breaks are escaped.
[[nodiscard]] std::string describe(story const& told, std::string_view operation);

}  // namespace holdfast
