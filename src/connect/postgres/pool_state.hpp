#pragma once

#include "connect/postgres/bell.hpp"
#include "connect/postgres/server_history.hpp"
#include "connect/postgres/session.hpp"
#include "connect/postgres/task.hpp"
#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/connect/postgres/call_limits.hpp"
#include "holdfast/connect/postgres/pool.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace holdfast::postgres {

/// A session of a pool, and when it was opened.
struct pooled_session {
  std::shared_ptr<session> held{};
  instant opened{};
};

/// What copies of a pool and its leases share, in both faces. Who comes first is served first: what
/// comes back while somebody waits goes to the first of them.
class pool_state {
 public:
  /// Throws invalid_options where a value is out of range.
  explicit pool_state(pool_options options);

  [[nodiscard]] pool_options const& options() const noexcept { return options_; }
  [[nodiscard]] server_history& history() noexcept { return history_; }

  /// A session of those that are idle, which needs no wait; nothing where there is none, or where
  /// others wait already.
  [[nodiscard]] std::optional<pooled_session> lend_at_once() noexcept;
  /// A session, which waits by `by` where it must.
  [[nodiscard]] task<expected<pooled_session, failure>> lend(call_limits const& limits, waiter& by);

  void give_back(pooled_session lent) noexcept;
  void clear() noexcept;
  [[nodiscard]] pool_stats stats() const;

 private:
  struct idle_session {
    pooled_session kept;
    instant since;  // when it came back
  };
  /// One that waits.
  struct turn {
    bell came{};
    bool is_served = false;
    std::shared_ptr<session> held{};  // none: there is a place for a new one
    instant opened{};
  };
  class place;
  class waiting_turn;

  [[nodiscard]] task<expected<void, failure>> wait_for_turn(turn& mine, call_limits const& limits,
                                                            waiter& by);
  [[nodiscard]] std::optional<pooled_session> idle_one() noexcept;
  [[nodiscard]] std::optional<pooled_session> good_one_of_idle(
      std::unique_lock<std::mutex>& lock) noexcept;
  [[nodiscard]] bool claim_place(turn& mine);
  void leave_queue(turn& mine) noexcept;
  void give_place_back() noexcept;
  void pass_on(pooled_session lent, instant at) noexcept;
  [[nodiscard]] bool is_worn(idle_session const& each, instant at) const noexcept;

  pool_options const options_;
  server_history history_;
  mutable std::mutex mutex_;
  std::deque<turn*> queue_;         // who came first at the front
  std::vector<idle_session> idle_;  // the last given back at the end
  instant suspected_before_{};      // idle since before that: looked at before it is lent
  instant cleared_at_{};            // opened before that: closed when it comes back
  pool_stats stats_{};
};

/// The private door of `pool`.
struct pool_gate {
  [[nodiscard]] static pool_state& of(pool const& handle) noexcept { return *handle.state_; }
};

}  // namespace holdfast::postgres
