#pragma once

#include "holdfast/base/random.hpp"
#include "holdfast/core/breaker.hpp"
#include "holdfast/core/breaker_shared.hpp"
#include "holdfast/core/breaker_snapshot.hpp"
#include "holdfast/core/breaker_state.hpp"
#include "holdfast/core/breaker_stats.hpp"
#include "holdfast/core/call_window.hpp"
#include "holdfast/core/permit.hpp"
#include "holdfast/core/probe_places.hpp"
#include "holdfast/core/transition.hpp"
#include "holdfast/core/verdict.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace holdfast::core {

/// The answer to a call that asks to be admitted.
struct admission {
  bool admitted = false;
  permit pass{};
  duration retry_after{};               ///< where refused: when asking again makes sense, or off
  std::optional<transition> changed{};  ///< where asking ended a wait, a ramp or an override
};

/// The state machine of one circuit breaker. No I/O, no clock, no locks, and no allocation but in
/// construction, `snapshot`, `restore` and `reconfigure`. Not thread-safe.
///
/// Memory: 128 bytes at most; a window where a rate is judged, and the places of the probes where
/// more than one may run, lie on the heap. Sources: M. Nygard, "Release It!", 2007; DESIGN.md D4.
class breaker_machine {
 public:
  /// @param options must outlive the machine, or be exchanged by `reconfigure`
  /// @param first_generation where identities are reused: one that no earlier machine has had
  breaker_machine(breaker const& options, random_bits random, std::uint64_t first_generation = 1);
  breaker_machine(breaker const&& options, random_bits random,
                  std::uint64_t first_generation = 1) = delete;

  /// Asks for admission. Every admitted permit must be given to `record` exactly once.
  [[nodiscard]] admission ask(instant now);

  /// Takes the result of an admitted call. Late results change nothing.
  /// @param took how long the call ran; zero where it was not timed
  std::optional<transition> record(permit const& pass, verdict outcome, duration took, instant now);

  /// Takes `successes` quick successes of `generation` at once; the same as recording them one by
  /// one.
  /// @param at when they ended, perhaps before results that are recorded already: they count in the
  ///           bucket of `at` of a time window, and not at all where that has left
  std::optional<transition> credit(std::uint64_t generation, std::uint64_t successes, instant at,
                                   instant now);

  /// Judges a window whose old calls have left, and ends a ramp or an override that is over.
  std::optional<transition> evaluate(instant now);

  /// Takes what a scan found: so many calls are running for slow_call or longer, at once.
  std::optional<transition> hanging(int calls, instant now);

  /// Sets an override: forced_open, disabled or observe_only; anything else breaks the contract.
  /// @param until its end: forced_open becomes half_open then, the others closed
  std::optional<transition> force(breaker_state override, std::string_view why, instant until,
                                  instant now);

  /// Closes the circuit, empties the window, and forgets how far the wait had grown.
  std::optional<transition> reset(std::string_view why, instant now);

  /// Until `until` the breaker is one of several that guard the same thing, in other processes: at
  /// the end of its wait it stays open, and no probe starts but those that were allowed. To be
  /// said again and again. Where it no longer is, as in a forked child or beside a broken store,
  /// the breaker goes on by itself once it has asked for some seconds in vain; so a process that
  /// was only stopped for a while is told in time. In the past: it goes on by itself at once.
  void share(instant until, instant now) noexcept;

  /// What whoever shares this breaker decides by. Forgets that a probe was wanted.
  [[nodiscard]] breaker_shared_view look_for_sharing(instant now) noexcept;

  /// Probes may start until `until`, as many as the options say: a circuit whose wait is over is
  /// half open from now on. In the past: none may start.
  std::optional<transition> allow_probes(instant until, instant now);

  /// Takes over what another process has found out. Under an override that is not over nothing
  /// changes.
  std::optional<transition> adopt(found_elsewhere const& found, instant now);

  [[nodiscard]] breaker_state state() const noexcept { return state_; }
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
  [[nodiscard]] int consecutive_failures() const noexcept { return consecutive_failures_; }

  /// When the present state began.
  [[nodiscard]] instant since() const noexcept { return since_; }

  /// When it began to count what it judges now: a ramp that ends as closed goes on counting.
  [[nodiscard]] instant counting_since() const noexcept {
    bool const recovered = state_ == breaker_state::closed || state_ == breaker_state::ramping;
    return recovered ? closed_since_ : since_;
  }

  /// End of the open wait or of an override. An open circuit past it is eligible for probing since
  /// then. Half open and shared: until when probes may start.
  [[nodiscard]] instant open_until() const noexcept { return open_until_; }

  /// Whether a success can change a decision, so that it must be recorded one by one.
  [[nodiscard]] bool watches_successes() const noexcept;

  [[nodiscard]] breaker_stats stats(instant now) const;

  [[nodiscard]] breaker_snapshot snapshot() const;

  /// Takes up where a snapshot was made. For a machine that has given no permits yet: those of the
  /// machine that made the snapshot are its own from now on. What began in the future begins now,
  /// and an open wait and the probes are held to their configured maximum: a clock that jumped can
  /// neither keep a circuit open nor keep it from counting.
  void restore(breaker_snapshot const& from, instant now);

  /// Exchanges the options and keeps the state, and the window where its kind is the same: of a
  /// shorter one the newest calls. Old options may be gone when this returns.
  void reconfigure(breaker const& options, instant now);
  void reconfigure(breaker const&& options, instant now) = delete;

 private:
  /// What would open the circuit, with its numbers.
  struct cause {
    transition_reason reason{};
    std::int64_t count = 0;
    std::int64_t calls = 0;
    double threshold = 0;
  };

  [[nodiscard]] admission admit() const noexcept;
  [[nodiscard]] admission ask_open(instant now);
  [[nodiscard]] admission ask_half_open(instant now);
  [[nodiscard]] bool is_shared(instant now) noexcept;
  [[nodiscard]] admission ask_ramping(instant now);
  [[nodiscard]] bool counts() const noexcept;
  std::optional<transition> record_counted(verdict outcome, duration took, instant now);
  std::optional<transition> record_probe(permit const& pass, verdict outcome, instant now);
  [[nodiscard]] std::optional<cause> judge_rates() const noexcept;
  std::optional<transition> judged(std::optional<cause> const& found, instant now);
  std::optional<transition> tell_would_open(cause const& found, instant now);
  [[nodiscard]] bool is_over(instant now) const noexcept;
  std::optional<transition> end_if_over(instant now);
  void forget_wait_in_good_health(instant now) noexcept;
  void start_wait(instant now) noexcept;
  void forget_results() noexcept;
  void fit_to_options(instant now) noexcept;
  transition change_to(breaker_state next, cause const& why, instant now);

  /// When a call that was refused for want of an allowance may ask again.
  static constexpr duration asks_again = std::chrono::milliseconds{100};
  /// How long it asks in vain before it takes itself for no longer shared.
  static constexpr duration hopes_for = std::chrono::seconds{3};

  breaker const* options_;
  random_bits random_;
  std::uint64_t generation_;
  instant open_until_{};
  instant since_{};
  instant closed_since_{};
  duration wait_{};  ///< the last open wait, before jitter; zero before the first trip
  probe_places probes_;
  std::unique_ptr<call_window> window_;  ///< null where no rate is judged
  int consecutive_failures_ = 0;
  int probe_successes_ = 0;
  int hanging_ = 0;
  std::uint32_t times_opened_ = 0;
  breaker_state state_ = breaker_state::closed;
  bool told_would_open_ = false;
  bool wants_probe_ = false;        ///< since the last look for sharing
  bool share_is_over_ = false;      ///< `shared_until_` was moved on, in hope
  std::uint32_t shared_until_ = 0;  ///< in seconds of the clock; 0: not shared
};

}  // namespace holdfast::core
