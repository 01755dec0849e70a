#pragma once

#include "holdfast/core/breaker.hpp"
#include "holdfast/core/budget.hpp"
#include "holdfast/core/deadline.hpp"
#include "holdfast/core/event.hpp"
#include "holdfast/core/retry.hpp"
#include "holdfast/drive/gate.hpp"
#include "holdfast/drive/timekeeper.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// What an operation talks to; part of its metrics.
enum class operation_kind { other, database, http, process };

template <>
struct names_of<operation_kind> {
  using enum operation_kind;
  static constexpr std::array<named_value<operation_kind>, 4> table{
      {{other, "other"}, {database, "database"}, {http, "http"}, {process, "process"}}};
};

/// Where a guard gets time and chance from. Tests pass a clock of their own and a fixed seed.
struct surroundings {
  timekeeper* time = nullptr;  ///< The system's clock where null. Must outlive the guard.
  std::uint64_t seed = 0;      ///< Seeds jitter; 0 draws a seed from the system.
};

/// Everything that makes up one guard. A retry that is not given means one attempt, a breaker that
/// is not given never opens; the budget is always there.
struct operation_options {
  std::string name{};
  operation_kind kind = operation_kind::other;
  holdfast::retry retry{.max_attempts = 1};
  holdfast::breaker breaker{.failure_threshold = 0};
  holdfast::budget budget{};
  holdfast::attempt_timeout attempt_timeout{.limit = off};
  holdfast::surroundings surroundings{};
};

/// Every option that is out of range or contradicts another one; empty where all is well.
[[nodiscard]] std::vector<std::string> check(operation_options const& options);

/// The state that all copies of one guard share: options, gate, listeners. Thread-safe.
/// Memory: about 800 bytes and the name; 16 bytes for each probe that may run at once.
class operation {
 public:
  /// Throws invalid_options, with every problem in its text.
  explicit operation(operation_options options);

  operation(operation const&) = delete;
  operation& operator=(operation const&) = delete;
  ~operation() = default;

  [[nodiscard]] operation_options const& options() const noexcept { return options_; }
  [[nodiscard]] holdfast::gate& gate() noexcept { return gate_; }
  [[nodiscard]] timekeeper& time() const noexcept { return *time_; }

  /// Whether a call must know when its attempts start.
  [[nodiscard]] bool needs_start_time() const noexcept { return needs_start_time_; }

  /// A stream of chance for one call.
  [[nodiscard]] random_bits draw_stream() noexcept;

  void listen(std::shared_ptr<event_sink> sink);

  /// Hands an event to every listener, under no lock. A listener that throws is counted.
  void emit(event const& what) noexcept;
  [[nodiscard]] std::uint64_t listener_failures() const noexcept { return listener_failures_; }

  /// True once: the first time that an unbounded callable meets an attempt_timeout.
  [[nodiscard]] bool first_unbounded_call() noexcept {
    return !told_unbounded_.exchange(true, std::memory_order_relaxed);
  }
  [[nodiscard]] bool told_unbounded() const noexcept {
    return told_unbounded_.load(std::memory_order_relaxed);
  }

 private:
  friend class shared_operation;
  using sinks = std::vector<std::shared_ptr<event_sink>>;

  operation_options options_;
  timekeeper* time_;
  bool needs_start_time_;
  std::atomic<std::uint64_t> handles_{1};
  std::atomic<bool> told_unbounded_{false};
  std::atomic<std::uint64_t> next_stream_;
  std::atomic<std::uint64_t> listener_failures_{0};
  std::mutex sinks_mutex_;
  std::shared_ptr<sinks const> sinks_;
  holdfast::gate gate_;
};

}  // namespace holdfast
