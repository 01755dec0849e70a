#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/core/breaker_state.hpp"
#include "holdfast/core/metric_source.hpp"
#include "holdfast/manage/health_report.hpp"
#include "holdfast/state/order_record.hpp"
#include "holdfast/state/wall_time.hpp"
#include "holdfast/telemetry/event_book.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// What was counted in a breaker's window.
struct window_view {
  std::uint64_t calls = 0;
  std::uint64_t failures = 0;
  std::uint64_t slow = 0;
};

/// One operation as an operator sees it.
struct circuit_view {
  std::string operation;
  breaker_state state = breaker_state::closed;
  std::string reason;                ///< why it is in this state; empty where it is closed
  std::string author;                ///< who has put it there, where that is known
  std::optional<wall_time> since{};  ///< in this state; empty where it never changed
  std::optional<wall_time> until{};  ///< end of the open wait or of the override
  std::uint64_t generation = 0;
  int consecutive_failures = 0;
  std::uint32_t times_opened = 0;
  std::optional<window_view> window{};
  std::optional<double> failure_ratio{};  ///< of the window; empty below min_calls
  std::optional<double> budget_tokens{};
  std::optional<std::uint64_t> successes{};  ///< without a failure before; of this process
  std::optional<std::uint64_t> refusals{};   ///< by the open circuit; of this process
  wall_time seen_at{};                       ///< when all of this was so
};

/// What endpoints show and pass on. Asked by one thread at a time, which may be blocked by it: a
/// store is waited for. What comes back is shown to whoever asks, so it holds no secrets.
class served {
 public:
  served() = default;
  served(served const&) = delete;
  served& operator=(served const&) = delete;
  virtual ~served() = default;

  [[nodiscard]] virtual health_report health() = 0;

  /// All, by name.
  [[nodiscard]] virtual expected<std::vector<circuit_view>, failure> circuits() = 0;
  /// Category not_found where there is none of that name.
  [[nodiscard]] virtual expected<circuit_view, failure> circuit(std::string_view operation) = 0;
  /// The newest first.
  [[nodiscard]] virtual expected<std::vector<noted_event>, failure> events(
      std::string_view operation, std::size_t limit) = 0;

  /// Carries an order out, or gives it to those who will.
  [[nodiscard]] virtual expected<void, failure> obey(order_record const& order) = 0;

  virtual void write_metrics(metric_writer& to) = 0;
};

}  // namespace holdfast
