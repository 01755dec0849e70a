#pragma once

#include "holdfast/base/random.hpp"
#include "holdfast/core/breaker.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace holdfast::core {

/// Admission of one call by a breaker. The generation tells results of an earlier state from those
/// of this one; a late result changes nothing.
struct permit {
  std::uint64_t generation = 0;
  std::uint32_t probe_place = no_place;  ///< which probe it is, in half_open
  std::uint32_t probe_serial = 0;        ///< tells the probe from an earlier one in its place

  static constexpr std::uint32_t no_place = 0xFFFFFFFFU;
};

/// The answer to a call that asks to be admitted.
struct admission {
  bool admitted = false;
  permit pass{};
  duration retry_after{};               ///< where refused: when asking again makes sense
  std::optional<transition> changed{};  ///< where asking ended the open wait
};

/// The state machine of one circuit breaker. No I/O, no clock, no locks, no allocation after
/// construction. Sources: M. Nygard, "Release It!", 2007; DESIGN.md D4.
class breaker_machine {
 public:
  breaker_machine(breaker const& options, random_bits random);

  /// Asks for admission. Every admitted permit must be given to `record` exactly once.
  [[nodiscard]] admission ask(instant now);

  /// Takes the result of an admitted call. Late results change nothing.
  std::optional<transition> record(permit const& pass, verdict outcome, instant now);

  /// `successes` successes of the present generation at once, while closed; the same as recording
  /// them one by one.
  void credit(std::uint64_t successes) noexcept;

  [[nodiscard]] breaker_state state() const noexcept { return state_; }
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
  [[nodiscard]] int consecutive_failures() const noexcept { return consecutive_failures_; }

  /// End of the open wait. An open circuit past it is eligible for probing since then.
  [[nodiscard]] instant open_until() const noexcept { return open_until_; }

  /// Whether a success can change a decision, so that it must be recorded one by one.
  [[nodiscard]] bool watches_successes() const noexcept {
    return state_ != breaker_state::closed || consecutive_failures_ > 0;
  }

 private:
  struct probe {
    instant expires = never_reached;
    std::uint32_t serial = 0;
    bool running = false;
  };

  [[nodiscard]] admission ask_half_open(instant now);
  std::optional<transition> record_closed(verdict outcome, instant now);
  std::optional<transition> record_probe(permit const& pass, verdict outcome, instant now);
  void expire_probes(instant now) noexcept;
  [[nodiscard]] int running_probes() const noexcept;
  [[nodiscard]] duration time_to_next_place(instant now) const noexcept;
  void choose_wait(instant now) noexcept;
  transition change_to(breaker_state next, transition_reason reason, int count, instant now);

  breaker options_;
  random_bits random_;
  std::vector<probe> probes_;
  breaker_state state_ = breaker_state::closed;
  std::uint64_t generation_ = 1;
  int consecutive_failures_ = 0;
  int probe_successes_ = 0;
  duration wait_{};  ///< the last open wait, before jitter; zero before the first trip
  instant open_until_{};
  instant closed_since_{};
};

}  // namespace holdfast::core
