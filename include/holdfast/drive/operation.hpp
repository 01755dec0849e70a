#pragma once

#include "holdfast/core/breaker.hpp"
#include "holdfast/core/budget.hpp"
#include "holdfast/core/bulkhead.hpp"
#include "holdfast/core/deadline.hpp"
#include "holdfast/core/event.hpp"
#include "holdfast/core/fault_injection.hpp"
#include "holdfast/core/hedge.hpp"
#include "holdfast/core/limiter.hpp"
#include "holdfast/core/retry.hpp"
#include "holdfast/drive/call_durations.hpp"
#include "holdfast/drive/failure_rules.hpp"
#include "holdfast/drive/gate.hpp"
#include "holdfast/drive/hedge_gate.hpp"
#include "holdfast/drive/limit_gates.hpp"
#include "holdfast/drive/live_policies.hpp"
#include "holdfast/drive/shared_budget.hpp"
#include "holdfast/drive/ticker.hpp"
#include "holdfast/drive/timekeeper.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
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

/// Whether a guard's calls can be seen by the guards called inside them.
enum class nesting {
  tracked,    ///< inner guards inherit the deadline, report amplification, charge the outer budget
  untracked,  ///< they know nothing of this one, nor does the search for hanging calls
};

template <>
struct names_of<nesting> {
  static constexpr std::array<named_value<nesting>, 2> table{
      {{nesting::tracked, "tracked"}, {nesting::untracked, "untracked"}}};
};

/// Whether a guard's policies can be exchanged while it is used.
enum class liveness {
  fixed,  ///< what it was made with stays
  live,   ///< `guard::reconfigure` exchanges them; a call costs one to two nanoseconds more
};

/// Where a guard gets time and chance from. Tests pass a clock of their own and a fixed seed.
struct surroundings {
  timekeeper* time = nullptr;  ///< The system's clock where null. Must outlive the guard.
  std::uint64_t seed = 0;      ///< Seeds jitter; 0 draws a seed from the system.

  bool operator==(surroundings const&) const = default;
};

/// Judges the exception that is being handled.
using exception_classifier = failure (*)() noexcept;

/// Everything that makes up one guard. A retry that is not given means one attempt, a breaker that
/// is not given never opens; the budget is always there.
struct operation_options {
  std::string name{};
  operation_kind kind = operation_kind::other;
  holdfast::retry retry{.max_attempts = 1};
  holdfast::breaker breaker{.failure_threshold = 0};
  holdfast::budget budget{};
  holdfast::shared_budget shared_budget{};  ///< In place of `budget`, where one is given.
  holdfast::hedge hedge{.max_hedges = 0};
  holdfast::bulkhead bulkhead{.max_concurrent = 0};
  holdfast::limiter limiter{.per_second = off};
  holdfast::attempt_timeout attempt_timeout{.limit = off};
  holdfast::total_timeout total_timeout{.limit = off};
  holdfast::fault_injection fault_injection{};
  holdfast::nesting nesting = nesting::tracked;
  holdfast::liveness liveness = liveness::fixed;
  exception_classifier classifier = nullptr;     ///< That of the house where null.
  std::shared_ptr<failure_rules const> rules{};  ///< Change what failures mean; none where null.
  holdfast::surroundings surroundings{};

  bool operator==(operation_options const&) const = default;
};

/// Every option that is out of range or contradicts another one; empty where all is well.
[[nodiscard]] std::vector<std::string> check(operation_options const& options);

/// Whether attempts need a place or a turn.
[[nodiscard]] bool limits_attempts(operation_options const& options) noexcept;

class hang_search;

/// The state that all copies of one guard share: options, gate, listeners. Thread-safe.
///
/// Memory: about 350 bytes and the name; guards with the same options share them. A window adds a
/// quarter of a byte for each call it holds, or 16 bytes a bucket.
class operation {
 public:
  /// Throws invalid_options, with every problem in its text.
  explicit operation(operation_options const& options);
  ~operation();

  operation(operation const&) = delete;
  operation& operator=(operation const&) = delete;

  [[nodiscard]] std::string_view name() const noexcept { return name_.get(); }
  /// All options but the name, which is empty here. Where they are live, those it was made with:
  /// see held_policies, and call_context::policies.
  [[nodiscard]] operation_options const& first_policies() const noexcept { return *policies_; }
  /// Null where the policies are fixed.
  [[nodiscard]] live_policies* live() const noexcept { return rare_ ? rare_->live.get() : nullptr; }

  /// Exchanges all policies; name, nesting, liveness, classifier and surroundings stay. A call in
  /// progress goes on with those that it began with. State, generation, window and tokens are kept
  /// as far as the new options can hold them.
  /// Throws invalid_options, also where the policies are fixed, and bad_alloc; then nothing has
  /// changed.
  void reconfigure(operation_options next);
  [[nodiscard]] holdfast::gate& gate() noexcept { return gate_; }
  [[nodiscard]] timekeeper& time() const noexcept;
  /// Null where neither a bulkhead nor a limiter is on, or can be.
  [[nodiscard]] limit_gates* limits() const noexcept {
    return rare_ ? rare_->limits.get() : nullptr;
  }
  /// Null where calls are not hedged, and can't be.
  [[nodiscard]] hedge_gate* hedging() const noexcept {
    return rare_ ? rare_->hedging.get() : nullptr;
  }

  /// Refuses a call where the circuit is open for certain and nobody listens: inline, a nanosecond.
  [[nodiscard]] [[gnu::always_inline]] certain_refusal refuse_at_once() noexcept {
    if (interest().wants_certain_refusals()) return {};
    return gate_.refuse_for_certain(*this_thread_block);
  }

  /// Judges the exception that is being handled, as this operation was told to.
  [[nodiscard]] failure classify_exception() const noexcept;

  /// A stream of chance for one call.
  [[nodiscard]] random_bits draw_stream() noexcept;

  /// What is done to the next attempt of a call with these options.
  [[nodiscard]] core::injected_fault draw_fault(fault_injection const& options) noexcept;

  /// @param durations where not null: from now on every success is counted, and what takes how long
  ///                  is kept there
  void listen(std::shared_ptr<event_sink> sink,
              std::shared_ptr<call_durations> durations = nullptr);

  /// Hands an event to every listener that wants it, in the order they came, under no lock. One
  /// that throws is counted; no thread is cancelled in one. Here events leave, and texts of
  /// failures and of operators are redacted here, those of a story where it ends.
  void emit(event const& what) noexcept;
  void emit(changes const& changed) noexcept;
  /// What any listener wants.
  [[nodiscard]] event_interest interest() const noexcept {
    return interest_.load(std::memory_order_relaxed);
  }
  /// Keeps how long a call took that succeeded at once, where that is wanted.
  void record_durations(duration call, duration attempt) const noexcept;
  [[nodiscard]] std::uint64_t listener_failures() const noexcept {
    return listener_failures_.load(std::memory_order_relaxed);
  }

  /// True for the first one who asks: things that are told once a guard.
  [[nodiscard]] bool first_to_tell(event_kind what) noexcept;

 private:
  friend class shared_operation;

  /// One of a list that only grows, so it is read under no lock, also in the child of a fork.
  struct listener {
    listener(std::shared_ptr<event_sink> told, std::shared_ptr<call_durations> kept)
        : sink{std::move(told)}, durations{std::move(kept)}, interest{sink->interest()} {}

    std::shared_ptr<event_sink> sink;
    std::shared_ptr<call_durations> durations;  ///< null where none are wanted
    event_interest interest;
    std::atomic<listener*> next{nullptr};
  };

  /// What few operations have, behind one pointer: a million of the others are to be small.
  struct rare_parts {
    rare_parts();
    rare_parts(rare_parts const&) = delete;
    rare_parts& operator=(rare_parts const&) = delete;
    ~rare_parts();

    std::unique_ptr<limit_gates> limits;    ///< where a bulkhead or a limiter is on, or may be
    std::unique_ptr<hedge_gate> hedging;    ///< where calls are hedged, or may be
    std::unique_ptr<live_policies> live;    ///< where policies can be exchanged
    std::unique_ptr<hang_search> searches;  ///< where max_hanging is on, or was
    fork_safe_lock changing;                ///< one exchange of policies at a time
  };

  operation(std::shared_ptr<operation_options const> policies, std::string const& name);
  [[nodiscard]] rare_parts& rare();

  [[nodiscard]] static std::uint16_t bit_of(event_kind what) noexcept {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(what));
  }
  [[nodiscard]] bool keeps_durations() const noexcept;
  [[nodiscard]] gate_plan plan_for(operation_options const& policies) const noexcept;
  void adopt(std::shared_ptr<operation_options const> const& policies, changes& changed);

  holdfast::gate gate_;  // first: it begins with what every call reads
  std::shared_ptr<operation_options const> policies_;
  std::unique_ptr<char[]> name_;  // NOLINT(*-avoid-c-arrays): 8 bytes instead of a string's 32
  std::atomic<std::uint64_t> handles_{1};
  std::atomic<std::uint64_t> next_stream_;
  std::atomic<std::uint64_t> next_fault_{0};
  std::atomic<std::uint16_t> told_{0};
  std::atomic<event_interest> interest_{event_interest::none()};
  std::atomic<std::uint32_t> listener_failures_{0};
  std::atomic<listener*> first_listener_{nullptr};
  std::unique_ptr<rare_parts> rare_;  ///< null where an operation has none of them
};

/// The present policies of an operation, held: they stay what they are however they are exchanged
/// meanwhile. The operation must outlive this.
class held_policies {
 public:
  explicit held_policies(operation const& of) noexcept
      : version_{of.live() != nullptr ? &of.live()->hold() : nullptr} {}
  held_policies(held_policies const&) = delete;
  held_policies& operator=(held_policies const&) = delete;
  held_policies(held_policies&& other) noexcept
      : version_{std::exchange(other.version_, nullptr)} {}
  held_policies& operator=(held_policies&&) = delete;
  ~held_policies() {
    if (version_ != nullptr) live_policies::let_go(*version_);
  }

  [[nodiscard]] operation_options const& of(operation const& guarded) const noexcept {
    return version_ != nullptr ? *version_->options : guarded.first_policies();
  }
  /// Null where the policies are fixed.
  [[nodiscard]] policies_version* version() const noexcept { return version_; }

 private:
  policies_version* version_;
};

}  // namespace holdfast
