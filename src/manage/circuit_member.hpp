#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/core/breaker_shared.hpp"
#include "holdfast/state/shared_circuit.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast {

/// What a process does about a circuit that it shares, once what it has written is kept.
struct sharing_step {
  std::optional<core::found_elsewhere> adopted{};  ///< what another process has found out
  std::optional<instant> probes_until{};           ///< its own probes may start until then
  std::uint64_t known_changes = 0;
  int known_successes = 0;  ///< of probes
  bool is_in_step = false;
  bool puts_off_news = false;
  bool has_insisted = false;
  bool waits_for_lease = false;  ///< a call wants to probe and may not, though the wait is over
};

/// Which process on which start of which host.
struct sharing_process {
  std::uint64_t number = 0;
  std::string_view host_start{};
};

/// The part of one process in a circuit that the processes of a host share. A machine: it decides
/// what is told to the others and what is taken over from them; no clock, no I/O.
///
/// - Opening and closing is shared: whoever finds it out first writes it down, the others take it
///   over. What others wrote since the last look goes before what one has found out oneself.
/// - Who holds the lease may probe, nobody else: as many probes as its options say, which start
///   until probe_timeout before the lease's end, so they are over when it is. A lease is good for
///   one round, from an opening or closing to the next, and where probes may still run at the end
///   of its round it stays until they can't. The lease is renewed while it is not needed elsewhere,
///   since the next call may be far away.
/// - A holder without probes gives the lease, after two seconds, to a process whose calls ask for
///   it again and again; to one where a call has asked once, after twice as long each time, so that
///   processes with rare calls do not take it from each other before one of them has probed.
class circuit_member {
 public:
  /// How long a new lease lets probes start. An old one is renewed for a quarter of its age.
  static constexpr duration least_window = std::chrono::seconds{2};
  static constexpr duration most_window = std::chrono::minutes{1};

  /// @param own    what the process's own breaker is
  /// @param common what all hold in common; changed to what this process wants to be kept
  [[nodiscard]] sharing_step decide(core::breaker_shared_view own, shared_circuit& common,
                                    sharing_process const& self, instant now) const;

  /// A step was taken.
  /// @param generation of the own breaker when the step was decided, or after it was changed by it
  void took(sharing_step const& step, std::uint64_t generation) noexcept;

  /// Whether the circuit is being closed by hand: that goes before what others have found out.
  void insist(bool closes) noexcept { insists_ = closes; }

 private:
  void exchange_news(core::breaker_shared_view const& own, shared_circuit& common,
                     sharing_step& step, bool is_new, instant now) const;
  void end_round(core::breaker_shared_view const& own, sharing_step const& step,
                 std::optional<probe_lease>& lease, sharing_process const& self, instant now) const;
  void look_for_lease(core::breaker_shared_view const& own, shared_circuit& common,
                      sharing_process const& self, sharing_step& step, instant now) const;
  void keep_or_pass_on(core::breaker_shared_view const& own, shared_circuit& common,
                       sharing_step& step, instant now) const;

  std::uint64_t known_changes_ = 0;
  std::uint64_t known_generation_ = 0;
  int known_successes_ = 0;
  bool is_in_step_ = false;
  bool insists_ = false;
};

}  // namespace holdfast
