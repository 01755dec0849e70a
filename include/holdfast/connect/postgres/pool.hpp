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
  std::size_t waiting = 0;     ///< who waits for a session: threads, or coroutines
  std::uint64_t opened = 0;    ///< sessions since the start
  std::uint64_t closed = 0;    ///< too old, idle for too long, or left over
  std::uint64_t poisoned = 0;  ///< closed since nothing could be trusted that came of them
};

class pool_state;

/// A session lent by a pool: a `connection` by its pointer operators. Goes back at the end of its
/// life; closed there where it is poisoned, or was left within a transaction or a COPY. What was
/// set for the session stays set for the next borrower: use SET LOCAL. May outlive the pool.
class lease {
 public:
  lease(lease&& other) noexcept;
  lease& operator=(lease&& other) noexcept;
  ~lease();

  [[nodiscard]] connection& operator*() const noexcept { return held_; }
  [[nodiscard]] connection* operator->() const noexcept { return &held_; }

 private:
  friend class pool;
  lease(std::shared_ptr<pool_state> from, connection held, instant opened) noexcept;
  void give_back() noexcept;

  std::shared_ptr<pool_state> from_;
  mutable connection held_;  // a handle: what is behind it changes, not the lease
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
  /// next that comes back; who came first is served first. Waiting in vain is a failure of our own
  /// (category rejected, fault local): it says nothing about the server.
  [[nodiscard]] expected<lease, failure> borrow(call_limits const& limits = {}) const;

  /// Closes what is idle; what is lent is closed when it comes back.
  void clear() const noexcept;

  [[nodiscard]] pool_stats stats() const;
  [[nodiscard]] pool_options const& options() const noexcept;

 private:
  friend struct pool_gate;
  std::shared_ptr<pool_state> state_;
};

}  // namespace holdfast::postgres
