#include "drive/key_table.hpp"

#include "drive/seeds.hpp"
#include "holdfast/base/excerpt.hpp"
#include "holdfast/drive/ticker.hpp"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

/// How many looks there are in the time after which an idle key is forgotten.
constexpr int looks_while_idle = 8;

/// Whether something stands against a gate at first sight: no lock, and nothing is settled.
bool stands_out(gate const& seen) noexcept {
  return (seen.word() & (gate_word::not_closed | gate_word::watch)) != 0;
}

void count_in(key_stats& all, gate& one) {
  all.successes += one.successes().value_or(0);
  all.refusals += one.refusals();
}

/// Whether a circuit turns calls away now. One that is open though its wait is over has not been
/// called since: the next call probes.
bool refuses(gate& one, instant now) {
  if ((one.word() & gate_word::not_closed) == 0) return false;  // without its lock
  return one.open_beyond(now) != instant{} || one.state() == breaker_state::half_open;
}

/// For how long a breaker remembers, closed, how far its wait had grown.
duration remembers_for(breaker const& options) noexcept {
  return is_off(options.recovery_reset) ? 2 * options.max_recovery_timeout : options.recovery_reset;
}

/// Whether a guard made anew would do just as this one does.
bool is_as_new(operation& guarded, instant now, changes& changed) {
  held_policies const held{guarded};
  operation_options const& policies = held.of(guarded);
  if (stands_out(guarded.gate())) return false;
  breaker_stats const seen = guarded.gate().stats(now, changed);
  bool const in_a_row = policies.breaker.failure_threshold > 0 && seen.consecutive_failures > 0;
  bool const clean = seen.state == breaker_state::closed && !in_a_row && seen.failures == 0 &&
                     seen.slow == 0 && seen.hanging == 0;
  if (!clean) return false;
  bool const grown = seen.times_opened > 0;
  if (grown && elapsed(seen.since, now) < remembers_for(policies.breaker)) return false;
  // Else whoever asks for many keys in turn would have a whole burst each time.
  limit_gates* const limits = guarded.limits();
  bool const turns = policies.limiter.per_second != off;
  if (turns && limits->turns.tokens(now) < policies.limiter.burst) return false;
  if (policies.shared_budget.is_one()) return true;
  return guarded.gate().budget_tokens(now, changed) >= policies.budget.capacity;
}

/// Whether a guard that nobody has asked for long may be forgotten with what it knows.
bool may_go_stale(operation& guarded, instant now, changes& changed) {
  breaker_stats const seen = guarded.gate().stats(now, changed);
  switch (seen.state) {
    case breaker_state::closed:
    case breaker_state::half_open:
    case breaker_state::ramping: return true;
    case breaker_state::open: return seen.eligible;
    case breaker_state::forced_open:
    case breaker_state::disabled:
    case breaker_state::observe_only: return false;
  }
  return false;
}

bool is_control(std::string_view character) noexcept {
  auto const first = static_cast<unsigned char>(character[0]);
  bool const c1 = first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
  return first < 0x20 || first == 0x7F || c1;
}

}  // namespace

/// The table's lock for a scope. What a fork has torn is put together again.
class key_table::locked {
 public:
  explicit locked(key_table& held) noexcept : holder_{held.lock_} {
    if (holder_.torn()) held.mend();
  }

 private:
  lock_holder holder_;
};

/// What is left to do when the lock has been given back; so it is made before the lock is taken.
class key_table::leftovers {
 public:
  leftovers() = default;
  leftovers(leftovers const&) = delete;
  leftovers& operator=(leftovers const&) = delete;
  ~leftovers() {
    for (auto const& [guarded, changed] : told_) guarded->emit(changed);
  }

  void end(shared_operation guarded) noexcept {
    try {
      ended_.push_back(std::move(guarded));
    } catch (std::bad_alloc const&) {
      // Without room to keep it, it ends here.
    }
  }
  void tell(shared_operation const& guarded, changes const& changed) {
    if (changed.begin() != changed.end()) told_.emplace_back(guarded, changed);
  }

 private:
  std::vector<shared_operation> ended_;
  std::vector<std::pair<shared_operation, changes>> told_;
};

key_table::key_table(std::string name, key_limits const& limits, shared_operation other)
    : prefix_{std::move(name) + "."},
      limits_{limits},
      other_{std::move(other)},
      hash_{random_bits{seed_of(other_->first_policies().surroundings)}()},
      index_{static_cast<std::size_t>(limits.max_keys)},
      look_every_{limits.idle_after / looks_while_idle} {
  count_forks();
}

key_table::~key_table() {
  if (!is_off(limits_.idle_after)) other_->time().remove(*this);
}

void key_table::watch() {
  if (is_off(limits_.idle_after)) return;
  next_look_ = later(other_->time().now(), look_every_);
  other_->time().add(*this);
}

pinned_guard key_table::find(std::string_view key) {
  std::uint32_t const hash = hash_(key);
  key_slot* found = enter(key, hash);
  if (found == nullptr) [[unlikely]]
    found = enter_new(key, hash);
  if (found == nullptr) return {*other_, nullptr};
  return {*found->guarded(), &found->pins()};
}

shared_operation key_table::handle_of(std::string_view key) {
  std::uint32_t const hash = hash_(key);
  key_slot* found = enter(key, hash);
  if (found == nullptr) [[unlikely]]
    found = enter_new(key, hash);
  if (found == nullptr) return other_;
  shared_operation handle = found->guarded();
  found->leave();
  return handle;
}

std::vector<shared_operation> key_table::handles() {
  locked const held{*this};
  return open_handles();
}

std::vector<shared_operation> key_table::open_handles() {
  std::vector<shared_operation> all;
  all.reserve(keys_.load(std::memory_order_relaxed));
  for (place at = 0; at < slots_made_; ++at) {
    if (slot_at(at).is_open()) all.push_back(slot_at(at).guarded());
  }
  return all;
}

key_stats key_table::stats() {
  instant const now = other_->time().now();
  locked const held{*this};
  key_stats all = counted_;
  all.keys = keys_.load(std::memory_order_relaxed);
  all.unfit = unfit_.load(std::memory_order_relaxed);
  count_in(all, other_->gate());
  for (place at = 0; at < slots_made_; ++at) {
    if (!slot_at(at).is_open()) continue;
    gate& one = slot_at(at).guarded()->gate();
    count_in(all, one);
    if (refuses(one, now)) ++all.open;
  }
  return all;
}

void key_table::listen(listener const& told) {
  other_->listen(told.sink, told.durations);
  std::vector<shared_operation> present;
  {
    locked const held{*this};
    listeners_.push_back(told);
    changes_for_all_.fetch_add(1, std::memory_order_relaxed);
    present = open_handles();
  }
  for (shared_operation const& each : present) each->listen(told.sink, told.durations);
}

void key_table::reconfigure(operation_options const& next) {
  lock_holder const exchanging{exchanging_};
  other_->reconfigure(next);
  changes_for_all_.fetch_add(1, std::memory_order_release);
  for (shared_operation const& each : handles()) each->reconfigure(next);
}

/// The slot of a key, entered; null where it has none, or is being moved just now.
key_slot* key_table::enter(std::string_view key, std::uint32_t hash) noexcept {
  key_slot* found = nullptr;
  index_.visit(hash, [&](place at) {
    key_slot& seen = slot_at(at);
    if (!seen.enter()) return false;
    if (seen.has(key, hash, prefix_.size())) {
      found = &seen;
      return true;
    }
    seen.leave();
    return false;
  });
  if (found != nullptr) found->mark_used();
  return found;
}

/// Makes a guard for a key that had none. Null where it may not have one.
key_slot* key_table::enter_new(std::string_view key, std::uint32_t hash) {
  if (!is_fit(key)) {
    unfit_.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
  }
  std::optional<place> mine;
  {
    leftovers after;
    locked const held{*this};
    if (key_slot* const known = enter(key, hash)) return known;
    mine = take_place(after);
    if (!mine) ++counted_.crowded_out;
  }
  if (!mine) return nullptr;
  if (!is_off(limits_.idle_after)) other_->time().need_ticks(ticker::longest_tick);
  try {
    // Made anew where all were changed meanwhile: whoever does that sees only what is in.
    for (;;) {
      std::uint64_t const before = changes_for_all_.load(std::memory_order_acquire);
      shared_operation made = make_guard(key);
      locked const held{*this};
      if (key_slot* const known = enter(key, hash)) {
        give_back(*mine);  // another thread was faster
        return known;
      }
      if (changes_for_all_.load(std::memory_order_relaxed) != before) continue;
      return &put_in(*mine, std::move(made), key, hash);
    }
  } catch (...) {
    locked const held{*this};
    give_back(*mine);
    throw;
  }
}

/// As all others are now.
shared_operation key_table::make_guard(std::string_view key) {
  shared_operation made = shared_operation::like(other_, prefix_ + std::string{key});
  std::vector<listener> present;
  {
    locked const held{*this};
    present = listeners_;
  }
  for (listener const& each : present) made->listen(each.sink, each.durations);
  return made;
}

bool key_table::is_fit(std::string_view key) const noexcept {
  if (key.empty() || key.size() > static_cast<std::size_t>(limits_.max_key_length)) return false;
  if (key == "other") return false;
  while (!key.empty()) {
    std::size_t const length = utf8_length(key);
    if (length == 0 || is_control(key.substr(0, length))) return false;
    key.remove_prefix(length);
  }
  return true;
}

/// A slot that is closed and in no list.
std::optional<key_table::place> key_table::take_place(leftovers& after) {
  if (first_free_ != key_slot::no_slot) {
    return std::exchange(first_free_, slot_at(first_free_).next_free());
  }
  if (slots_made_ < static_cast<place>(limits_.max_keys)) {
    make_slot(slots_made_);
    return slots_made_++;
  }
  return make_room(after);
}

/// Forgets one key that was not used lately, or, where all that were looked at were, one of those.
std::optional<key_table::place> key_table::make_room(leftovers& after) {
  constexpr int looks = 128;
  instant const now = other_->time().now();
  place const first = turn_;
  for (int i = 0; i < looks; ++i) {
    place const at = next_turn();
    if (slot_at(at).used_since_last_turn()) continue;
    if (forget(at, false, now, after)) return at;
  }
  for (int i = 0; i < looks; ++i) {
    place const at = (first + static_cast<place>(i)) % slots_made_;
    if (forget(at, false, now, after)) return at;
  }
  return std::nullopt;
}

/// Closes the slot of a key and takes its guard out, where that may be done.
bool key_table::forget(place at, bool since_idle, instant now, leftovers& after) {
  key_slot& slot = slot_at(at);
  if (!slot.is_open() || slot.is_in_use()) return false;
  if (!since_idle && stands_out(slot.guarded()->gate())) return false;
  if (!slot.close()) return false;
  changes changed;
  operation& guarded = *slot.guarded();
  bool const may =
      slot.guarded().is_only_handle() &&
      (since_idle ? may_go_stale(guarded, now, changed) : is_as_new(guarded, now, changed));
  if (!may || changed.begin() != changed.end()) {
    slot.reopen();
    after.tell(slot.guarded(), changed);
    return false;
  }
  index_.remove(slot.hash(), at, [this](place each) { return slot_at(each).hash(); });
  count_in(counted_, guarded.gate());
  after.end(slot.take());
  keys_.fetch_sub(1, std::memory_order_relaxed);
  ++(since_idle ? counted_.idle : counted_.evicted);
  return true;
}

void key_table::give_back(place at) noexcept {
  slot_at(at).set_next_free(first_free_);
  first_free_ = at;
}

/// Answers the slot, entered.
key_slot& key_table::put_in(place at, shared_operation made, std::string_view key,
                            std::uint32_t hash) {
  key_slot& slot = slot_at(at);
  slot.open(std::move(made), key, hash);
  static_cast<void>(slot.enter());
  index_.add(hash, at);
  keys_.fetch_add(1, std::memory_order_relaxed);
  ++counted_.made;
  return slot;
}

key_table::place key_table::next_turn() noexcept {
  return std::exchange(turn_, turn_ + 1 < slots_made_ ? turn_ + 1 : 0);
}

/// After a fork, in the child: another thread was changing the table. What is open is whole; of
/// what was being made or ended nothing is known, so it is left alone and its place used again.
void key_table::mend() noexcept {
  index_.clear();
  first_free_ = key_slot::no_slot;
  std::size_t keys = 0;
  for (place at = 0; at < slots_made_; ++at) {
    if (slot_at(at).is_open()) {
      index_.add(slot_at(at).hash(), at);
      ++keys;
    } else {
      give_back(at);
    }
  }
  keys_.store(keys, std::memory_order_relaxed);
}

void key_table::forget_idle(instant now) {
  constexpr place at_once = 1024;
  for (place at = 0;;) {
    leftovers after;
    locked const held{*this};
    place const end = std::min(slots_made_, at + at_once);
    for (; at < end; ++at) look_for_idle(at, now, after);
    if (at >= slots_made_) return;
  }
}

void key_table::look_for_idle(place at, instant now, leftovers& after) {
  key_slot& slot = slot_at(at);
  if (!slot.is_open()) return;
  auto const look = static_cast<std::uint32_t>(now.time_since_epoch() / look_every_);
  bool const used = slot.used_since_last_look();
  if (used || slot.is_in_use()) return slot.set_last_used(look);
  // Looks are numbered by their time: two neighbours may be nearer than `look_every_`, but nine
  // numbers apart the time is over for certain.
  if (look - slot.last_used() <= looks_while_idle) return;
  if (forget(at, true, now, after)) give_back(at);
}

tick_listener::finding key_table::on_tick(instant now) noexcept {
  if (telling_.load(std::memory_order_acquire) == forks_so_far()) return finding::busy;
  if (keys_.load(std::memory_order_relaxed) == 0) return finding::idle;
  if (now < next_look_) return finding::busy;
  kept_ = weak_from_this().lock();
  if (kept_ == nullptr) return finding::idle;  // the destructor waits for this round to end
  next_look_ = std::max(later(next_look_, look_every_), now);
  told_at_ = now;
  telling_.store(forks_so_far(), std::memory_order_relaxed);
  return finding::to_tell;
}

void key_table::tell() noexcept {
  std::shared_ptr<key_table> const kept = std::move(kept_);
  instant const now = told_at_;
  telling_.store(nobody, std::memory_order_release);
  try {
    kept->forget_idle(now);
  } catch (...) {
    // No memory to end guards in: the next look tries again.
  }
}

key_slot& key_table::slot_at(place at) const noexcept {
  where const found = where_is(at);
  return slots_[found.piece][found.within];
}

void key_table::make_slot(place at) {
  where const found = where_is(at);
  if (slots_[found.piece] != nullptr) return;
  slots_[found.piece] = std::make_unique<key_slot[]>(found.size);  // NOLINT(*-avoid-c-arrays)
}

}  // namespace holdfast
