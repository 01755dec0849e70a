#include "connect/postgres/pool_state.hpp"

#include "connect/postgres/connecting.hpp"
#include "connect/postgres/verdict.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace holdfast::postgres {
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

/// A place of the pool for a session that is being opened: given back unless it was.
class pool_state::place {
 public:
  explicit place(pool_state& of) noexcept : of_{&of} {}
  place(place const&) = delete;
  place& operator=(place const&) = delete;
  ~place() {
    if (of_ != nullptr) of_->give_place_back();
  }
  void is_taken() noexcept { of_ = nullptr; }

 private:
  pool_state* of_;
};

/// A turn that leaves the queue at the end of its life; what it was served goes back unless taken.
class pool_state::waiting_turn {
 public:
  explicit waiting_turn(pool_state& of) noexcept : of_{&of} {}
  waiting_turn(waiting_turn const&) = delete;
  waiting_turn& operator=(waiting_turn const&) = delete;
  ~waiting_turn() {
    if (of_ != nullptr) of_->leave_queue(mine_);
  }
  [[nodiscard]] turn& operator*() noexcept { return mine_; }
  [[nodiscard]] pooled_session take() noexcept {
    of_ = nullptr;
    return {std::move(mine_.held), mine_.opened};
  }

 private:
  pool_state* of_;
  turn mine_{};
};

pool_state::pool_state(pool_options options) : options_{checked(std::move(options))} {
  idle_.reserve(options_.max_size);  // so that giving back needs no memory
}

bool pool_state::is_worn(idle_session const& each, instant at) const noexcept {
  return elapsed(each.kept.opened, at) >= options_.max_lifetime ||
         elapsed(each.since, at) >= options_.max_idle;
}

std::optional<pooled_session> pool_state::lend_at_once() noexcept {
  std::unique_lock lock{mutex_};
  if (idle_.empty() || !queue_.empty()) return std::nullopt;
  ++stats_.borrowed;
  auto lent = good_one_of_idle(lock);
  if (!lent) pass_on({}, instant{});
  return lent;
}

/// The one that came back last, of those that are good; nothing, under the lock, where none is
/// left.
std::optional<pooled_session> pool_state::good_one_of_idle(
    std::unique_lock<std::mutex>& lock) noexcept {
  instant const at = now();
  while (!idle_.empty()) {
    idle_session last = std::move(idle_.back());
    idle_.pop_back();
    bool const suspect =
        last.since < suspected_before_ || elapsed(last.since, at) >= options_.check_after;
    bool const worn_out = is_worn(last, at);
    if (!worn_out && !suspect) return std::move(last.kept);
    lock.unlock();  // to look at it costs a system call, as does its end
    bool const fine = !worn_out && !last.kept.held->is_broken_by_now();
    if (fine) return std::move(last.kept);
    last.kept.held.reset();
    lock.lock();
    ++(worn_out ? stats_.closed : stats_.poisoned);
  }
  return std::nullopt;
}

std::optional<pooled_session> pool_state::idle_one() noexcept {
  std::unique_lock lock{mutex_};
  return good_one_of_idle(lock);
}

/// Whether there is a place now; otherwise it waits in the queue.
bool pool_state::claim_place(turn& mine) {
  std::lock_guard const lock{mutex_};
  bool const has_room = !idle_.empty() || stats_.borrowed < options_.max_size;
  if (has_room && queue_.empty()) {
    ++stats_.borrowed;
    return true;
  }
  queue_.push_back(&mine);
  return false;
}

void pool_state::leave_queue(turn& mine) noexcept {
  std::unique_lock lock{mutex_};
  auto const at = std::find(queue_.begin(), queue_.end(), &mine);
  if (at != queue_.end()) queue_.erase(at);
  bool const was_served = std::exchange(mine.is_served, false);
  lock.unlock();
  if (!was_served) return;
  if (mine.held) return give_back({std::move(mine.held), mine.opened});
  give_place_back();
}

task<expected<void, failure>> pool_state::wait_for_turn(turn& mine, call_limits const& limits,
                                                        waiter& by) {
  by.watch(limits.stop);
  wait_end const end = co_await mine.came.rings(by, limits.deadline, true);
  if (end != wait_end::ready) co_return unexpected{no_session(end, options_.max_size)};
  co_return expected<void, failure>{};
}

task<expected<pooled_session, failure>> pool_state::lend(call_limits const& limits, waiter& by) {
  waiting_turn mine{*this};
  bool const at_once = claim_place(*mine);
  if (!at_once) {
    auto const waited = co_await wait_for_turn(*mine, limits, by);
    if (!waited) co_return unexpected{waited.error()};
  }
  pooled_session lent = mine.take();
  if (lent.held) co_return lent;
  if (auto idle = idle_one()) co_return std::move(*idle);
  place reserved{*this};
  auto link = co_await connect(options_.server, limits, by);
  if (!link) co_return unexpected{link.error()};
  lent = {std::make_shared<session>(std::move(*link), options_.server), now()};
  reserved.is_taken();
  {
    std::lock_guard const lock{mutex_};
    ++stats_.opened;
  }
  co_return lent;
}

/// Gives the place of a session, and the session where it is good, to the first who waits; where
/// nobody does, the session stays idle. Under the lock.
void pool_state::pass_on(pooled_session lent, instant at) noexcept {
  if (queue_.empty()) {
    --stats_.borrowed;
    if (lent.held) idle_.push_back({std::move(lent), at});
    return;
  }
  turn& first = *queue_.front();
  queue_.pop_front();
  first.is_served = true;
  first.held = std::move(lent.held);
  first.opened = lent.opened;
  first.came.ring();  // with the lock, without which it can't leave
}

void pool_state::give_back(pooled_session lent) noexcept {
  lent.held->rest();
  instant const at = now();
  bool const usable = lent.held->is_usable();
  bool const clean = usable && lent.held->is_at_rest();
  std::shared_ptr<session> unfit;  // closed after the lock is let go
  std::shared_ptr<session> ended;
  std::unique_lock const lock{mutex_};
  bool const outlived =
      lent.opened < cleared_at_ || elapsed(lent.opened, at) >= options_.max_lifetime;
  if (!clean || outlived) {
    ++(usable ? stats_.closed : stats_.poisoned);
    // Whatever ended this session may have ended the others too.
    if (!usable) suspected_before_ = at;
    unfit = std::exchange(lent.held, nullptr);
  }
  pass_on(std::move(lent), at);
  // The one that was idle for longest is never lent while there are others.
  if (!idle_.empty() && is_worn(idle_.front(), at)) {
    ended = std::move(idle_.front().kept.held);
    idle_.erase(idle_.begin());
    ++stats_.closed;
  }
}

void pool_state::give_place_back() noexcept {
  std::lock_guard const lock{mutex_};
  pass_on({}, instant{});
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
  seen.waiting = queue_.size();
  return seen;
}

}  // namespace holdfast::postgres
