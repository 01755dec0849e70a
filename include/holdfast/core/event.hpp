#pragma once

#include "holdfast/base/failure_context.hpp"
#include "holdfast/core/story.hpp"
#include "holdfast/core/transition.hpp"

#include <cstdint>
#include <string_view>

namespace holdfast {

/// What an event records.
enum class event_kind {
  attempt_failed,   ///< an attempt failed and another one follows
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
  duration pause{};                          ///< before the next attempt
  stop_reason stopped = stop_reason::none;   ///< why a call or a hedge ended or did not begin
  transition const* changed = nullptr;       ///< where a breaker changed
  story const* told = nullptr;               ///< where a call ended after a failure
  std::uint64_t amplification = 0;           ///< attempts that nested guards may make of one call
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
};

}  // namespace holdfast
