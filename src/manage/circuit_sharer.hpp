#pragma once

#include "holdfast/drive/guard.hpp"
#include "holdfast/state/shared_change.hpp"
#include "holdfast/state/state_store.hpp"
#include "manage/circuit_member.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// Shares the circuits of guards with the other processes of the host, through a store. It may
/// block for as long as the store does. Thread-safe; of two looks at once, the second does nothing.
class circuit_sharer {
 public:
  /// Where nothing was heard of the store for so long, each process probes by itself.
  static constexpr duration lasts = std::chrono::seconds{10};

  explicit circuit_sharer(std::shared_ptr<state_store> store);

  /// From now on no probe of this guard starts without a lease. To be called before its first call.
  static void begin(guard const& one);

  /// Tells the others what these guards have found out, does what follows from what they have told,
  /// and takes or keeps leases. Listeners of the guards are called under no lock.
  /// @return when to look again
  [[nodiscard]] expected<duration, failure> look(std::vector<guard> const& all);

  /// Whether the circuit of this operation is being closed by hand, or something else is ordered.
  void insist(std::string_view operation, bool closes);

  /// Gives the leases back, where no probe runs, and lets each guard go on by itself. False, and
  /// nothing done, during a look.
  bool leave(std::vector<guard> const& all);

  /// Why circuits can't be shared at present; nothing where they can.
  [[nodiscard]] std::optional<failure> trouble() const;

 private:
  struct part;
  class turn;

  [[nodiscard]] expected<duration, failure> look_alone(std::vector<guard> const& all);
  [[nodiscard]] std::vector<part> parts_of(std::vector<guard> const& all,
                                           circuits_by_name const& known) const;
  [[nodiscard]] expected<void, failure> agree(std::vector<part>& parts);
  [[nodiscard]] expected<void, failure> touch(operation_name const& known);
  [[nodiscard]] expected<void, failure> give_leases_back(std::vector<guard> const& all);
  void wait_for_others(std::vector<guard> const& all, failure const& seen);
  void decide(part& one, shared_circuit& common) const;
  void act(part const& one, bool goes_on);

  std::shared_ptr<state_store> const store_;
  std::string const host_start_;
  sharing_process const self_;
  mutable std::mutex lock_;  ///< of what follows; never held while anything is waited for
  bool is_busy_ = false;
  std::map<std::string, circuit_member, std::less<>> members_;
  std::optional<failure> trouble_;
  // For whoever looks:
  std::optional<failure> cant_write_;  ///< until something was written
  std::optional<instant> fails_since_;
};

}  // namespace holdfast
