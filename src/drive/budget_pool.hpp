#pragma once

#include "holdfast/core/budget_machine.hpp"
#include "holdfast/drive/fork_safe_lock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace holdfast {

/// What the handles of a shared budget share, and the gates that deposit to it. Thread-safe. Its
/// lock is taken under that of a gate, and no other one under it.
///
/// A member's successes lie in the tallies of its threads until a retry asks for a token: then they
/// are deposited first, whoever asks. So no deposit comes after a withdrawal that it preceded, when
/// the capacity should have cut it off.
class budget_pool {
 public:
  explicit budget_pool(budget const& options);
  budget_pool(budget_pool const&) = delete;
  budget_pool& operator=(budget_pool const&) = delete;
  ~budget_pool() = default;

  /// From now on the successes in the tallies of that gate are deposits. May throw bad_alloc.
  void join(std::uint32_t gate);
  void leave(std::uint32_t gate) noexcept;

  /// Deposits a first attempt that is in no tally.
  void credit_one() noexcept;

  [[nodiscard]] bool withdraw(instant now) noexcept;
  void give_back() noexcept;
  [[nodiscard]] double tokens(instant now) noexcept;
  void reconfigure(budget const& options, instant now) noexcept;

 private:
  struct member {
    std::uint32_t gate;
    std::uint64_t deposited;  ///< of all that its tallies have counted
  };

  void collect() noexcept;

  std::array<budget, 2> options_;  ///< the machine points into one while the other is written
  std::size_t in_use_ = 0;
  fork_safe_lock lock_;
  core::budget_machine machine_;
  std::vector<member> members_;
};

}  // namespace holdfast
