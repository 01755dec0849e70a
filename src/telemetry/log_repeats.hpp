#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/base/fixed_text.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/core/event.hpp"
#include "holdfast/telemetry/event_log.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

namespace holdfast {

/// What makes two events the same trouble. Names of operations are told apart by 120 bytes.
struct trouble {
  fixed_text<120> operation{};
  event_kind kind{};
  std::optional<holdfast::category> category{};
  failure_code code{};
  stop_reason reason = stop_reason::none;

  friend bool operator==(trouble const&, trouble const&) = default;
};

/// The name under which troubles are counted that find no room of their own.
inline constexpr std::string_view other_operations = "other";

/// What was counted in a window that has ended.
struct repeated_trouble {
  trouble what;
  log_level level{};  ///< the highest of what was counted, and of what was told
  std::chrono::system_clock::time_point since{};
  duration window{};
  std::int64_t times = 0;
};

/// Which troubles have been told lately, and how often they were repeated since. A window begins
/// with what is told. Not thread-safe. Memory: `most` windows, and one for each kind of event.
class log_repeats {
 public:
  using time_point = std::chrono::system_clock::time_point;

  log_repeats(duration window, std::size_t most) noexcept : length_{window}, most_{most} {}

  /// Whether this is to be told; otherwise it was counted. A count whose window this ends is added
  /// to `ended`.
  [[nodiscard]] bool is_first(trouble const& seen, log_level level, time_point now,
                              std::vector<repeated_trouble>& ended);

  /// Ends up to `most` windows that are over, the oldest first, and adds their counts to `ended`.
  void end_those_over(time_point now, std::size_t most, std::vector<repeated_trouble>& ended);

  /// Ends all windows.
  void end_all(time_point now, std::vector<repeated_trouble>& ended);

 private:
  struct hash {
    [[nodiscard]] std::size_t operator()(trouble const& of) const noexcept;
  };
  using windows = std::list<repeated_trouble>;

  [[nodiscard]] bool is_over(repeated_trouble const& seen, time_point now) const noexcept;
  void end(windows::iterator which, time_point now, std::vector<repeated_trouble>& ended);
  [[nodiscard]] bool counts(trouble const& seen, log_level level, time_point now,
                            std::vector<repeated_trouble>& ended);

  duration length_;
  std::size_t most_;
  windows open_;  ///< in the order in which they began
  std::unordered_map<trouble, windows::iterator, hash> found_by_;
};

}  // namespace holdfast
