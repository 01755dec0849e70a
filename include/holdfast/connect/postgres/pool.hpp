#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/connect/postgres/call_limits.hpp"
#include "holdfast/connect/postgres/connection.hpp"
#include "holdfast/connect/postgres/connection_options.hpp"
#include "holdfast/drive/rejected.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace holdfast::postgres {

struct pool_options {
  connection_options server{};
  std::size_t max_size = 10;  ///< sessions at once, borrowed and idle. >= 1.
  /// A session that was idle for so long is closed, when the pool is next used. Off: never. > 0.
  duration max_idle = std::chrono::minutes{10};
  /// A session is not lent any more when it is so old: its memory on the server grows, and after a
  /// failover the load spreads again. Off: never. > 0.
  duration max_lifetime = std::chrono::minutes{30};
  /// An idle session is looked at before it is lent, if it was idle for so long, or if another one
  /// was lost since: has the server ended it? Costs a system call, no round trip. >= 0.
  duration check_after = std::chrono::seconds{1};
};

struct pool_stats {
  std::size_t idle = 0;
  std::size_t borrowed = 0;
  std::size_t waiting = 0;     ///< threads that wait for a session
  std::uint64_t opened = 0;    ///< sessions since the start
  std::uint64_t closed = 0;    ///< too old, idle for too long, or left over
  std::uint64_t poisoned = 0;  ///< closed since nothing could be trusted that came of them
};

class pool_state;
class server_history;

/// A session lent by a pool: a `connection` by its pointer operators. Goes back at the end of its
/// life; closed there where it is poisoned, or was left within a transaction or a COPY. What was
/// set for the session stays set for the next borrower: use SET LOCAL. May outlive the pool.
class lease {
 public:
  lease(lease&& other) noexcept;
  lease& operator=(lease&& other) noexcept;
  ~lease();

  [[nodiscard]] connection& operator*() const noexcept { return *held_; }
  [[nodiscard]] connection* operator->() const noexcept { return held_.get(); }

 private:
  friend class pool;
  lease(std::shared_ptr<pool_state> from, std::unique_ptr<connection> held,
        instant opened) noexcept;
  void give_back() noexcept;

  std::shared_ptr<pool_state> from_;
  std::unique_ptr<connection> held_;
  instant opened_{};
};

/// Sessions of one server, kept for reuse; the one given back last is lent first. A handle: copies
/// share the sessions. Thread-safe. No session is opened before the first is asked for.
///
/// Cost: a borrow and its return take two locks and two clock reads, below 200 ns uncontended
/// (docs/performance.md).
class pool {
 public:
  /// Throws invalid_options where a value is out of range.
  explicit pool(pool_options options);

  /// Lends a session, limited as given: an idle one, or a new one, or, where max_size are out, the
  /// next that comes back. Waiting in vain is a failure of our own (category rejected, fault
  /// local): it says nothing about the server.
  [[nodiscard]] expected<lease, failure> borrow(call_limits const& limits = {}) const;

  /// Closes what is idle; what is lent is closed when it comes back.
  void clear() const noexcept;

  [[nodiscard]] pool_stats stats() const;
  [[nodiscard]] pool_options const& options() const noexcept;
  /// What `transact` has learned of the server's crashes.
  [[nodiscard]] server_history& history() const noexcept;

 private:
  std::shared_ptr<pool_state> state_;
};

}  // namespace holdfast::postgres
