#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/connect/postgres/async_connection.hpp"
#include "holdfast/connect/postgres/call_limits.hpp"
#include "holdfast/connect/postgres/eventual.hpp"
#include "holdfast/connect/postgres/pool.hpp"

#include <memory>

namespace holdfast::postgres {

/// A session lent by an `async_pool`, as `lease` is by a `pool`: an `async_connection` by its
/// pointer operators. Goes back at the end of its life, without a wait.
class async_lease {
 public:
  async_lease(async_lease&& other) noexcept;
  async_lease& operator=(async_lease&& other) noexcept;
  ~async_lease();

  [[nodiscard]] async_connection& operator*() const noexcept { return held_; }
  [[nodiscard]] async_connection* operator->() const noexcept { return &held_; }

 private:
  friend class async_pool;
  async_lease(std::shared_ptr<pool_state> from, async_connection held, instant opened) noexcept;
  void give_back() noexcept;

  std::shared_ptr<pool_state> from_;
  mutable async_connection held_;  // a handle: what is behind it changes, not the lease
  instant opened_{};
};

/// Sessions of one server for any number of coroutines, on any number of threads and io_contexts;
/// what is idle is bound to none of them. As `pool`, and with the same options. Thread-safe.
///
/// Where all sessions are lent, coroutines wait in the order of their coming, suspended, until
/// their limits end the wait (category rejected, fault local) or their cancellation (cancelled).
class async_pool {
 public:
  /// Throws invalid_options where a value is out of range.
  explicit async_pool(pool_options options);

  /// Lends a session, limited as given.
  [[nodiscard]] eventual<async_lease> borrow(call_limits limits = {}) const;

  /// Closes what is idle; what is lent is closed when it comes back.
  void clear() const noexcept;

  [[nodiscard]] pool_stats stats() const;
  [[nodiscard]] pool_options const& options() const noexcept;

 private:
  friend struct async_gate;
  std::shared_ptr<pool_state> state_;
};

}  // namespace holdfast::postgres
