#pragma once

#include "holdfast/base/fixed_text.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/state/operation_record.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

namespace holdfast {

/// That another process wants to probe.
struct probe_want {
  std::uint64_t asker = 0;  ///< a process, as the holder of a lease is one
  instant since{};          ///< its calls have asked for it from then
  instant last{};           ///< to then

  friend bool operator==(probe_want const&, probe_want const&) = default;
};

/// The right to probe, of one process at a time.
struct probe_lease {
  std::uint64_t holder = 0;  ///< a process; drawn, so that one that was started anew is another
  std::uint64_t round = 0;   ///< the `changes` of its circuit when it was taken: good for no other
  instant taken{};
  instant ends{};  ///< the holder's probes are over by then, come what may
  std::optional<probe_want> wanted{};

  friend bool operator==(probe_lease const&, probe_lease const&) = default;
};

/// What the processes of a host hold in common about one circuit. Its instants are of the host's
/// monotonic clock: all its processes read the same one until the host is started anew.
struct shared_circuit {
  operation_name operation{};
  fixed_text<40> host_start{};  ///< which start of the host; after another one the rest is void
  std::uint64_t changes = 0;    ///< rises with every opening and closing; 0 where there was none
  bool open = false;
  bool by_hand = false;                ///< where open: an operator wants it so
  instant open_until{};                ///< where open: when it may be probed
  duration wait{};                     ///< where open: how far the wait has grown, before jitter
  std::optional<probe_lease> lease{};  ///< where open and probed
  int passed_on = 0;                   ///< how often the lease was given up unused since the change
  std::uint64_t touched = 0;           ///< by processes that make sure that they can write

  friend bool operator==(shared_circuit const&, shared_circuit const&) = default;
};

/// Changes what it is given; see `state_store::change_shared`.
using circuit_change = std::function<void(std::span<shared_circuit>)>;

}  // namespace holdfast
