#pragma once

#include "holdfast/base/failure_context.hpp"
#include "holdfast/core/story.hpp"
#include "holdfast/core/transition.hpp"

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace holdfast {

/// What an event records.
enum class event_kind {
  attempt_failed,   ///< an attempt failed, and another one follows or ran beside it
  call_failed,      ///< a call ended without success
  call_recovered,   ///< a call succeeded after a retry
  call_refused,     ///< no attempt ran: circuit open, no time left, or stop requested
  breaker_changed,  ///< a breaker changed its state
  unbounded_call,   ///< attempt_timeout can't bound a callable that takes no attempt; once a guard
  amplification,    ///< guards that retry within guards that retry; once a guard
  hedge_started,    ///< an attempt started beside one that is slow
  hedge_refused,    ///< one did not; `stopped` says why
  unhedged_call,    ///< a blocking call under `hedge`, which only coroutines can; once a guard
};

template <>
struct names_of<event_kind> {
  using enum event_kind;
  static constexpr std::array<named_value<event_kind>, 10> table{
      {{attempt_failed, "attempt_failed"},
       {call_failed, "call_failed"},
       {call_recovered, "call_recovered"},
       {call_refused, "call_refused"},
       {breaker_changed, "breaker_changed"},
       {unbounded_call, "unbounded_call"},
       {amplification, "amplification"},
       {hedge_started, "hedge_started"},
       {hedge_refused, "hedge_refused"},
       {unhedged_call, "unhedged_call"}}};
};

/// Attempts that nested guards may make of one call are counted up to this.
inline constexpr std::uint64_t most_amplification = 1'000'000'000;

/// The record of one decision, with its reason: what logs, metrics and listeners read. Its views
/// and pointers live as long as the call of the listener; copy what is to be kept.
struct event {
  event_kind kind;
  std::string_view operation{};
  instant at{};
  std::string_view correlation_id{};  ///< what the caller named the call; empty where it did not
  int attempt = 0;                    ///< number of the attempt, from 1
  failure const* seen = nullptr;      ///< where an attempt failed or was refused
  failure_context const* context = nullptr;  ///< of `seen`, where the caller gave room for it
  duration took{};   ///< how long the attempt ran; zero where that was not timed
  duration pause{};  ///< before the next attempt
  stop_reason stopped = stop_reason::none;  ///< why a call or a hedge ended or did not begin
  transition const* changed = nullptr;      ///< where a breaker changed
  story const* told = nullptr;              ///< where a call ended after a failure
  /// Of a call that ended while it waited for another attempt: `seen` was told by attempt_failed.
  bool told_before = false;
  /// Attempts after the first that followed a failure: hedges are none. Of attempt_failed, with the
  /// one that follows; 0 where none does.
  int retries = 0;
  std::uint64_t amplification = 0;  ///< attempts that nested guards may make of one call
};

/// Which events a sink wants. What nobody wants is not made.
class event_interest {
 public:
  /// All of them, with their texts.
  constexpr event_interest() noexcept = default;

  [[nodiscard]] static constexpr event_interest none() noexcept { return event_interest{0}; }
  /// These kinds alone, with their texts.
  [[nodiscard]] static constexpr event_interest in(
      std::initializer_list<event_kind> kinds) noexcept {
    std::uint16_t bits = texts;
    for (event_kind const each : kinds) {
      bits |= bit_of(each);
      if (each == event_kind::call_refused) bits |= certain_refusals;
    }
    return event_interest{bits};
  }

  /// Texts may hold secrets then: they are not redacted for this sink.
  [[nodiscard]] constexpr event_interest without_texts() const noexcept {
    return event_interest{static_cast<std::uint16_t>(bits_ & ~texts)};
  }
  /// `call_refused` may be left out where a circuit is open for certain. A refusal costs two
  /// nanoseconds then, and is counted by `guard_stats::refusals` alone.
  [[nodiscard]] constexpr event_interest without_certain_refusals() const noexcept {
    return event_interest{static_cast<std::uint16_t>(bits_ & ~certain_refusals)};
  }

  [[nodiscard]] constexpr bool wants(event_kind kind) const noexcept {
    return (bits_ & bit_of(kind)) != 0;
  }
  [[nodiscard]] constexpr bool wants_texts() const noexcept { return (bits_ & texts) != 0; }
  [[nodiscard]] constexpr bool wants_certain_refusals() const noexcept {
    return (bits_ & certain_refusals) != 0;
  }
  /// Whether a call that fails must keep its story.
  [[nodiscard]] constexpr bool wants_stories() const noexcept {
    return wants(event_kind::call_failed) || wants(event_kind::call_recovered) ||
           wants(event_kind::attempt_failed);
  }

  /// What at least one of the two wants.
  [[nodiscard]] constexpr event_interest operator|(event_interest other) const noexcept {
    return event_interest{static_cast<std::uint16_t>(bits_ | other.bits_)};
  }

 private:
  static constexpr std::uint16_t texts = 1U << 15U;
  static constexpr std::uint16_t certain_refusals = 1U << 14U;

  constexpr explicit event_interest(std::uint16_t bits) noexcept : bits_{bits} {}
  [[nodiscard]] static constexpr std::uint16_t bit_of(event_kind kind) noexcept {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(kind));
  }

  std::uint16_t bits_ = 0xFFFF;
};

/// Takes events. Called under no lock by the thread that found out: mostly the one that makes the
/// call, but the ticker's where a scan for hanging calls changed a breaker. May throw, which is
/// caught and counted. Must be thread-safe.
class event_sink {
 public:
  event_sink() = default;
  event_sink(event_sink const&) = delete;
  event_sink& operator=(event_sink const&) = delete;
  virtual ~event_sink() = default;

  virtual void on_event(event const& what) = 0;

  /// What it wants to be told; asked once, when it is taken on. It may be told more.
  [[nodiscard]] virtual event_interest interest() const noexcept { return {}; }
};

}  // namespace holdfast
