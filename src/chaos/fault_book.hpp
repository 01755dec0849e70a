#pragma once

#include "holdfast/chaos/proxy_fault.hpp"
#include "holdfast/chaos/proxy_stats.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

/// A fault that is in force, with what all connections share of it.
struct armed_fault {
  std::uint64_t id;
  proxy_fault fault;
  std::string pattern;  ///< what is looked for, from pattern, pattern_hex or containing
  duration added;       ///< since the start of the proxy
  std::uint64_t strikes = 0;

  /// Whether its window is open, and strikes are left.
  [[nodiscard]] bool in_force(duration now) const noexcept;

  /// When its window opens, since the start of the proxy.
  [[nodiscard]] duration opens() const noexcept { return added + fault.from; }
};

/// The faults of one proxy. No I/O and no clock: it is told the time since the proxy's start.
class fault_book {
 public:
  explicit fault_book(std::uint64_t seed) noexcept : seed_{seed} {}

  /// The fault must have passed its checks. Ids count from 1.
  std::uint64_t add(proxy_fault fault, duration now);

  /// How many there were. Connections that were hit stay as they are.
  std::size_t clear();
  [[nodiscard]] bool remove(std::uint64_t id);

  void count_strike(armed_fault& fault) {
    ++fault.strikes;
    ++strikes_.at(static_cast<std::size_t>(fault.fault.kind));
  }

  /// Whether anybody listens at this time, by the faults `refuse`; counts each window once.
  [[nodiscard]] bool listens(duration now);

  /// The next time at which a window of `refuse` opens or closes.
  [[nodiscard]] std::optional<duration> next_change(duration now) const;

  [[nodiscard]] std::vector<std::shared_ptr<armed_fault>> const& faults() const noexcept {
    return faults_;
  }
  /// Rises with each change of the list.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }
  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

  /// Writes what it counts.
  void report(proxy_stats& into) const;

 private:
  std::uint64_t seed_;
  std::uint64_t last_id_ = 0;
  std::uint64_t version_ = 1;
  std::vector<std::shared_ptr<armed_fault>> faults_;
  std::array<std::uint64_t, proxy_fault_kind_count> strikes_{};
};

}  // namespace holdfast
