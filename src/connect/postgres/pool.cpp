#include "holdfast/connect/postgres/pool.hpp"

#include "connect/postgres/server_history.hpp"
#include "connect/postgres/verdict.hpp"
#include "connect/postgres/waiting.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace holdfast::postgres {

/// What copies of a pool and its leases share.
class pool_state {
 public:
  explicit pool_state(pool_options options) : options_{std::move(options)} {
    idle_.reserve(options_.max_size);  // so that giving back needs no memory
  }

  [[nodiscard]] pool_options const& options() const noexcept { return options_; }
  [[nodiscard]] server_history& history() noexcept { return history_; }

  /// A session and when it was opened; or none: there is a place for a new one.
  struct idle_connection {
    std::unique_ptr<connection> held;
    instant opened;
    instant since;  // when it came back
  };
  [[nodiscard]] expected<std::optional<idle_connection>, failure> take(call_limits const& limits);
  void give_back(std::unique_ptr<connection> held, instant opened) noexcept;
  void give_place_back() noexcept;
  void clear() noexcept;
  [[nodiscard]] pool_stats stats() const;

 private:
  [[nodiscard]] bool has_room() const noexcept {
    return !idle_.empty() || stats_.borrowed < options_.max_size;
  }
  [[nodiscard]] expected<void, failure> wait_for_room(std::unique_lock<std::mutex>& lock,
                                                      call_limits const& limits);
  [[nodiscard]] bool is_worn(idle_connection const& each, instant at) const noexcept;

  pool_options const options_;
  server_history history_;
  mutable std::mutex mutex_;
  std::condition_variable_any came_back_;
  std::vector<idle_connection> idle_;  // the last given back at the end
  instant suspected_before_{};         // idle since before that: looked at before it is lent
  instant cleared_at_{};               // opened before that: closed when it comes back
  pool_stats stats_{};
};

namespace {

pool_options checked(pool_options options) {
  if (options.max_size < 1) throw invalid_options{"pool max_size: 0; allowed: 1 and more"};
  if (options.max_idle <= duration::zero() || options.max_lifetime <= duration::zero()) {
    throw invalid_options{"pool max_idle, max_lifetime: allowed: above 0, or off"};
  }
  if (options.check_after < duration::zero()) {
    throw invalid_options{"pool check_after: allowed: 0 and more"};
  }
  return options;
}

/// A place of the pool for a session that is being opened: given back unless it was.
class reserved_place {
 public:
  explicit reserved_place(pool_state& of) noexcept : of_{&of} {}
  reserved_place(reserved_place const&) = delete;
  reserved_place& operator=(reserved_place const&) = delete;
  ~reserved_place() {
    if (of_ != nullptr) of_->give_place_back();
  }
  void is_taken() noexcept { of_ = nullptr; }

 private:
  pool_state* of_;
};

failure no_session(wait_end how, std::size_t size) {
  if (how == wait_end::stopped) {
    failure seen = plain_failure(category::cancelled);
    seen.text = std::string_view{"a stop was requested while waiting for a session of the pool"};
    return seen;
  }
  failure seen = plain_failure(category::rejected);
  seen.text = std::string_view{
      "all " + std::to_string(size) +
      " sessions of the pool were lent until the deadline: raise max_size, or lend "
      "for a shorter time"};
  return seen;
}

}  // namespace

bool pool_state::is_worn(idle_connection const& each, instant at) const noexcept {
  return elapsed(each.opened, at) >= options_.max_lifetime ||
         elapsed(each.since, at) >= options_.max_idle;
}

expected<void, failure> pool_state::wait_for_room(std::unique_lock<std::mutex>& lock,
                                                  call_limits const& limits) {
  auto const ready = [this] { return has_room(); };
  ++stats_.waiting;
  bool came = false;
  if (limits.deadline == never_reached) {
    came = came_back_.wait(lock, limits.stop, ready);
  } else {
    came = came_back_.wait_until(lock, limits.stop, limits.deadline, ready);
  }
  --stats_.waiting;
  if (came) return {};
  bool const stopped = limits.stop.stop_requested();
  return unexpected{
      no_session(stopped ? wait_end::stopped : wait_end::timed_out, options_.max_size)};
}

expected<std::optional<pool_state::idle_connection>, failure> pool_state::take(
    call_limits const& limits) {
  instant const at = now();
  std::vector<idle_connection> worn;  // closed after the lock is let go
  std::unique_lock lock{mutex_};
  for (;;) {
    if (!has_room()) {
      if (auto waited = wait_for_room(lock, limits); !waited) return unexpected{waited.error()};
    }
    ++stats_.borrowed;
    if (idle_.empty()) {
      ++stats_.opened;
      return std::optional<idle_connection>{};
    }
    idle_connection last = std::move(idle_.back());
    idle_.pop_back();
    bool const suspect =
        last.since < suspected_before_ || elapsed(last.since, at) >= options_.check_after;
    bool const worn_out = is_worn(last, at);
    if (!worn_out && !suspect) return std::optional{std::move(last)};
    // The look costs a system call: without the lock.
    lock.unlock();
    bool const fine = !worn_out && !last.held->is_broken_by_now();
    if (fine) return std::optional{std::move(last)};
    worn.push_back(std::move(last));
    lock.lock();
    --stats_.borrowed;
    ++(worn_out ? stats_.closed : stats_.poisoned);
  }
}

void pool_state::give_back(std::unique_ptr<connection> held, instant opened) noexcept {
  instant const at = now();
  bool const usable = held->is_usable();
  bool const clean = usable && held->is_at_rest();
  std::unique_ptr<connection> ended;  // closed after the lock is let go
  std::unique_lock lock{mutex_};
  --stats_.borrowed;
  bool const outlived = opened < cleared_at_ || elapsed(opened, at) >= options_.max_lifetime;
  if (clean && !outlived) {
    idle_.push_back({std::move(held), opened, at});
  } else {
    ++(usable ? stats_.closed : stats_.poisoned);
    // Whatever ended this session may have ended the others too.
    if (!usable) suspected_before_ = at;
  }
  // The one that was idle for longest is never lent while there are others.
  if (!idle_.empty() && is_worn(idle_.front(), at)) {
    ended = std::move(idle_.front().held);
    idle_.erase(idle_.begin());
    ++stats_.closed;
  }
  bool const awaited = stats_.waiting != 0;
  lock.unlock();
  if (awaited) came_back_.notify_one();
}

void pool_state::give_place_back() noexcept {
  {
    std::lock_guard const lock{mutex_};
    --stats_.borrowed;
    --stats_.opened;
  }
  came_back_.notify_one();
}

void pool_state::clear() noexcept {
  std::lock_guard const lock{mutex_};
  cleared_at_ = now();
  stats_.closed += idle_.size();
  idle_.clear();  // keeps its memory
}

pool_stats pool_state::stats() const {
  std::lock_guard const lock{mutex_};
  pool_stats seen = stats_;
  seen.idle = idle_.size();
  return seen;
}

// ----- The lease

lease::lease(std::shared_ptr<pool_state> from, std::unique_ptr<connection> held,
             instant opened) noexcept
    : from_{std::move(from)}, held_{std::move(held)}, opened_{opened} {}

lease::lease(lease&& other) noexcept = default;

lease& lease::operator=(lease&& other) noexcept {
  give_back();
  from_ = std::move(other.from_);
  held_ = std::move(other.held_);
  opened_ = other.opened_;
  return *this;
}

lease::~lease() { give_back(); }

void lease::give_back() noexcept {
  if (!held_) return;
  held_->limit({});  // what they point to may end before the session is lent again
  from_->give_back(std::move(held_), opened_);
}

// ----- The pool

pool::pool(pool_options options)
    : state_{std::make_shared<pool_state>(checked(std::move(options)))} {}

expected<lease, failure> pool::borrow(call_limits const& limits) const {
  auto taken = state_->take(limits);
  if (!taken) return unexpected{taken.error()};
  if (*taken) {
    lease lent{state_, std::move((*taken)->held), (*taken)->opened};
    lent->limit(limits);
    return lent;
  }
  reserved_place place{*state_};
  auto opened = connection::open(state_->options().server, limits);
  if (!opened) return unexpected{opened.error()};
  lease lent{state_, std::make_unique<connection>(std::move(*opened)), now()};
  place.is_taken();
  return lent;
}

void pool::clear() const noexcept { state_->clear(); }
pool_stats pool::stats() const { return state_->stats(); }
server_history& pool::history() const noexcept { return state_->history(); }
pool_options const& pool::options() const noexcept { return state_->options(); }

}  // namespace holdfast::postgres
