#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/fixed_text.hpp"
#include "holdfast/core/event.hpp"
#include "holdfast/core/stop_reason.hpp"
#include "holdfast/core/transition.hpp"
#include "holdfast/drive/duration_histogram.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>

namespace holdfast {

/// What time of day it is.
using wall_clock = std::function<std::chrono::system_clock::time_point()>;

/// How many names an enum has: its values count from zero.
template <class Enum>
inline constexpr std::size_t count_of = names_of<Enum>::table.size();

/// A count for each value of an enum.
template <class Enum>
class counts_by {
 public:
  void add(Enum which) noexcept {
    each_[static_cast<std::size_t>(which)].fetch_add(1, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t of(Enum which) const noexcept {
    return each_[static_cast<std::size_t>(which)].load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t all() const noexcept {
    std::uint64_t sum = 0;
    for (auto const& each : each_) sum += each.load(std::memory_order_relaxed);
    return sum;
  }

 private:
  std::array<std::atomic<std::uint64_t>, count_of<Enum>> each_{};
};

/// Where a value of a histogram can be looked up.
struct kept_exemplar {
  fixed_text<64> correlation_id{};
  double value = 0;
  double at = 0;  ///< seconds since 1970
};
using kept_exemplars = std::array<kept_exemplar, duration_bounds::most + 1>;

/// A change of state as metrics tell it.
using transition_key = std::tuple<breaker_state, breaker_state, transition_reason>;

/// What the events of one operation have come to: of its calls, all but those that succeeded at
/// once and those that its open circuit refused, which the guard counts itself. Thread-safe.
/// Memory: 3 KiB, and up to 5 KiB of exemplars where calls have correlation ids.
class event_counts {
 public:
  static constexpr std::size_t told_retries = 6;  ///< the last one: this and all beyond

  /// Of `outage`: 100 ms to six hours.
  [[nodiscard]] static duration_bounds const& outage_bounds();

  event_counts(duration_bounds const& bounds, wall_clock clock);

  void take(event const& what);

  counts_by<stop_reason> suppressed{};  ///< calls that were not tried again, by why not
  counts_by<stop_reason> rejected{};    ///< calls of which no attempt ran; no circuit was open
  std::array<counts_by<category>, 4> failures{};                   ///< attempts, by severity
  std::array<std::atomic<std::uint64_t>, told_retries> retries{};  ///< by number, from 1
  std::atomic<std::uint64_t> failed_calls{0};
  std::atomic<std::uint64_t> cancelled_calls{0};
  std::atomic<std::uint64_t> recovered_calls{0};
  std::atomic<std::uint64_t> failed_after_retry{0};
  std::atomic<std::uint64_t> hedges_started{0};
  std::atomic<std::uint64_t> hedges_refused{0};
  duration_histogram failed_call{};
  duration_histogram recovered_call{};
  duration_histogram failed_attempt{};
  duration_histogram recovered_attempt{};  ///< the attempt that succeeded after a retry
  duration_histogram backoff{};
  duration_histogram outage{};

  [[nodiscard]] std::map<transition_key, std::uint64_t> transitions() const;
  /// Of failed and of recovered calls, by bucket.
  [[nodiscard]] kept_exemplars failed_exemplars() const;
  [[nodiscard]] kept_exemplars recovered_exemplars() const;

 private:
  void take_failed_attempt(event const& what);
  void take_failed_call(event const& what);
  void take_recovered_call(event const& what);
  void take_refused_call(event const& what);
  void take_transition(transition const& changed);
  void count_retries(int started);
  void keep(std::unique_ptr<kept_exemplars>& in, event const& what, std::size_t bucket,
            duration value);

  duration_bounds const bounds_;
  wall_clock const clock_;
  mutable std::mutex lock_;  ///< of all below
  std::map<transition_key, std::uint64_t> transitions_;
  std::optional<instant> outage_began_;
  std::unique_ptr<kept_exemplars> failed_exemplars_;
  std::unique_ptr<kept_exemplars> recovered_exemplars_;
};

/// The counts of one operation as a sink; most operations never have trouble, and have none.
class counting_sink final : public event_sink {
 public:
  counting_sink(duration_bounds const& bounds, wall_clock clock);
  ~counting_sink() override;

  void on_event(event const& what) override;
  [[nodiscard]] event_interest interest() const noexcept override;

  /// Null where nothing has been told.
  [[nodiscard]] event_counts const* counts() const noexcept {
    return counts_.load(std::memory_order_acquire);
  }

 private:
  duration_bounds const bounds_;
  wall_clock const clock_;
  std::atomic<event_counts*> counts_{nullptr};
};

}  // namespace holdfast
