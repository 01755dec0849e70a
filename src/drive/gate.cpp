#include "holdfast/drive/gate.hpp"

#include "drive/budget_pool.hpp"
#include "drive/tallies.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace holdfast {
namespace {

constinit tick_source const timeless{1};

[[nodiscard]] tick_source const* ticks_for(gate_plan const& plan, timekeeper& time) noexcept {
  return plan.tick > duration::zero() ? &time.ticks() : &timeless;
}

[[nodiscard]] bool needs_admission(breaker_state state) noexcept {
  switch (state) {
    case breaker_state::closed:
    case breaker_state::observe_only: return false;
    case breaker_state::disabled:  // admits all, but its end must be noticed
    case breaker_state::open:
    case breaker_state::half_open:
    case breaker_state::ramping:
    case breaker_state::forced_open: return true;
  }
  return true;
}

/// For a count that one thread alone writes.
void count_one_more(std::atomic<std::uint64_t>& count) noexcept {
  count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace

/// The gate's lock for a scope. What a fork has torn starts anew, as a closed circuit.
class gate::locked {
 public:
  explicit locked(gate& held) noexcept : holder_{held.lock_} {
    if (!holder_.torn()) return;
    held.breaker_.reset("a thread that a fork left behind was changing it", held.time_.now());
    held.publish();
  }

 private:
  lock_holder holder_;
};

gate::gate(breaker const& circuit, budget const& tokens, shared_budget const& pool,
           gate_plan const& plan, timekeeper& time, random_bits random)
    : gate{circuit, tokens, pool, plan, time, random, take_gate_number()} {}

gate::gate(breaker const& circuit, budget const& tokens, shared_budget const& pool,
           gate_plan const& plan, timekeeper& time, random_bits random, gate_number number)
    : ticks_{ticks_for(plan, time)},
      clock_ticks_{&time.ticks()},
      number_{number.number},
      chunk_{static_cast<std::uint32_t>(thread_block::chunk_of(number.number))},
      bytes_to_tally_{
          static_cast<std::uint32_t>(thread_block::place_of(number.number) * sizeof(tally))},
      epochs_{plan.epochs},
      time_{time},
      tick_{plan.tick.count()},
      waits_for_circuit_{plan.waits_for_circuit},
      budgets_retries_{plan.budgets_retries},
      flags_{plan.flags},
      breaker_{circuit, random, number.generation},
      budget_{tokens},
      pool_{pool.pool_} {
  if (pool_ != nullptr) pool_->join(number_);
  publish();
}

gate::~gate() {
  if (pool_ != nullptr) pool_->leave(number_);
  for_each_chunk(number_, [](tally_chunk& chunk, std::size_t place) {
    chunk.accounts[place].settled = chunk.tallies[place].count.load(std::memory_order_relaxed);
    chunk.accounts[place].refused.store(0, std::memory_order_relaxed);
  });
  if (number_ != no_gate_number) give_back_gate_number({number_, breaker_.generation()});
}

// What may throw comes first.
void gate::reconfigure(breaker const& circuit, budget const& tokens, shared_budget const& pool,
                       gate_plan const& plan, instant now, changes& changed) {
  locked const held{*this};
  settle(now, changed);
  bool const other_pool = pool_ != pool.pool_;
  if (other_pool && pool.pool_ != nullptr) pool.pool_->join(number_);
  try {
    breaker_.reconfigure(circuit, now);
  } catch (std::bad_alloc const&) {
    if (other_pool && pool.pool_ != nullptr) pool.pool_->leave(number_);
    throw;
  }
  budget_.reconfigure(tokens, now);
  if (other_pool) {
    if (pool_ != nullptr) pool_->leave(number_);
    pool_ = pool.pool_;
  }
  follow(plan);
  publish();
}

void gate::follow(gate_plan const& plan) noexcept {
  ticks_.store(ticks_for(plan, time_), std::memory_order_relaxed);
  tick_.store(plan.tick.count(), std::memory_order_relaxed);
  epochs_.store(plan.epochs, std::memory_order_relaxed);
  waits_for_circuit_ = plan.waits_for_circuit;
  flags_ = plan.flags;
  // A call may have been told that it may retry: see budget_retries.
  if (budgets_retries_.load(std::memory_order_relaxed)) flags_ |= gate_word::counts;
  if (plan.budgets_retries) budgets_retries_.store(true, std::memory_order_relaxed);
}

void gate::budget_retries() noexcept {
  locked const held{*this};
  budgets_retries_.store(true, std::memory_order_relaxed);
  flags_ |= gate_word::counts;
  publish();
}

void gate::clear_bounds() noexcept {
  locked const held{*this};
  flags_ &= ~gate_word::bounds;
  publish();
}

core::admission gate::admit(instant now, changes& changed) {
  locked const held{*this};
  settle(now, changed);
  if (allowed_in_ != forks_so_far()) {
    // What was allowed was allowed to the parent alone.
    static_cast<void>(breaker_.allow_probes(instant::min(), now));
    allowed_in_ = forks_so_far();
  }
  core::admission const answer = breaker_.ask(now);
  changed.add(answer.changed);
  publish();
  return answer;
}

void gate::count_refusal() noexcept {
  if (tally_chunk* const mine = own_chunk()) {
    count_one_more(mine->account_at(bytes_to_tally_).refused);
  }
}

void gate::count_success() noexcept {
  locked const held{*this};
  ++successes_;
}

void gate::ask_for(std::uint64_t flags, duration tick) noexcept {
  locked const held{*this};
  flags_ |= flags;
  if (tick_.load(std::memory_order_relaxed) == 0 && tick > duration::zero()) {
    tick_.store(tick.count(), std::memory_order_relaxed);
    ticks_.store(&time_.ticks(), std::memory_order_relaxed);
  }
  publish();
}

void gate::record(std::uint64_t started, core::permit const* pass, verdict outcome, duration took,
                  bool first_attempt, instant now, changes& changed) {
  locked const held{*this};
  settle(now, changed);
  if (first_attempt) deposit_one();
  if (outcome == verdict::success && first_attempt) ++successes_;
  std::uint64_t const present = breaker_.generation();
  core::permit const plain{.generation =
                               gate_word::same_generation(started, present) ? present : 0};
  changed.add(breaker_.record(pass != nullptr ? *pass : plain, outcome, took, now));
  publish();
  stamp_own_tally();
}

instant gate::open_beyond(instant start) {
  locked const held{*this};
  bool const refuses =
      breaker_.state() == breaker_state::open || breaker_.state() == breaker_state::forced_open;
  return refuses && start < breaker_.open_until() ? breaker_.open_until() : instant{};
}

bool gate::withdraw(instant now, changes& changed) {
  locked const held{*this};
  if (pool_ != nullptr) return pool_->withdraw(now);
  settle(now, changed);
  publish();
  return budget_.withdraw(now);
}

void const* gate::budget_identity() noexcept {
  locked const held{*this};
  return pool_ != nullptr ? static_cast<void const*>(pool_.get()) : this;
}

void gate::give_back() noexcept {
  locked const held{*this};
  if (pool_ != nullptr) return pool_->give_back();
  budget_.give_back();
}

void gate::deposit_one() noexcept {
  if (pool_ != nullptr) return pool_->credit_one();
  budget_.credit(1);
}

void gate::hanging(int calls, instant now, changes& changed) {
  locked const held{*this};
  settle(now, changed);
  changed.add(breaker_.hanging(calls, now));
  publish();
}

void gate::force(breaker_state override, std::string_view why, instant until, instant now,
                 changes& changed) {
  locked const held{*this};
  settle(now, changed);
  changed.add(breaker_.force(override, why, until, now));
  publish();
}

void gate::reset(std::string_view why, instant now, changes& changed) {
  locked const held{*this};
  settle(now, changed);
  changed.add(breaker_.reset(why, now));
  publish();
}

gate_snapshot gate::snapshot(instant now, changes& changed) {
  locked const held{*this};
  settle(now, changed);
  publish();
  gate_snapshot copy{.breaker = breaker_.snapshot()};
  if (pool_ == nullptr) copy.budget = budget_.snapshot();
  return copy;
}

void gate::restore(gate_snapshot const& from, instant now) {
  locked const held{*this};
  changes late;
  settle(now, late);
  core::breaker_snapshot next = from.breaker;
  next.generation = std::max(next.generation, breaker_.generation() + 1);
  breaker_.restore(next, now);
  if (from.budget) budget_.restore(*from.budget, now);
  publish();
}

void gate::share(instant until, instant now) {
  locked const held{*this};
  breaker_.share(until, now);
}

core::breaker_shared_view gate::look_for_sharing(instant now) {
  locked const held{*this};
  return breaker_.look_for_sharing(now);
}

std::optional<std::uint64_t> gate::allow_probes(std::uint64_t generation, instant until,
                                                instant now, changes& changed) {
  return unless_changed(generation, now, changed, [&] {
    allowed_in_ = forks_so_far();
    return breaker_.allow_probes(until, now);
  });
}

std::optional<std::uint64_t> gate::adopt(std::uint64_t generation,
                                         core::found_elsewhere const& found, instant now,
                                         changes& changed) {
  return unless_changed(generation, now, changed, [&] { return breaker_.adopt(found, now); });
}

template <class Change>
std::optional<std::uint64_t> gate::unless_changed(std::uint64_t generation, instant now,
                                                  changes& changed, Change const& change) {
  locked const held{*this};
  settle(now, changed);
  bool const same = breaker_.generation() == generation;
  if (same) changed.add(change());
  publish();
  if (!same) return std::nullopt;
  return breaker_.generation();
}

breaker_stats gate::stats(instant now, changes& changed) {
  locked const held{*this};
  settle(now, changed);
  publish();
  return breaker_.stats(now);
}

breaker_state gate::state() {
  locked const held{*this};
  return breaker_.state();
}

instant gate::counting_since() noexcept {
  locked const held{*this};
  return breaker_.counting_since();
}

double gate::budget_tokens(instant now, changes& changed) {
  locked const held{*this};
  if (pool_ != nullptr) return pool_->tokens(now);
  settle(now, changed);
  publish();
  return budget_.tokens(now);
}

std::optional<std::uint64_t> gate::successes() {
  locked const held{*this};
  if ((flags_ & gate_word::counts) == 0) return std::nullopt;
  std::uint64_t sum = successes_;
  for_each_chunk(number_, [&](tally_chunk const& chunk, std::size_t place) {
    sum +=
        chunk.tallies[place].count.load(std::memory_order_relaxed) - chunk.accounts[place].settled;
  });
  return sum;
}

std::uint64_t gate::refusals() const noexcept {
  std::uint64_t sum = 0;
  for_each_chunk(number_, [&](tally_chunk const& chunk, std::size_t place) {
    sum += chunk.accounts[place].refused.load(std::memory_order_relaxed);
  });
  return sum;
}

void gate::settle(instant now, changes& changed) {
  for_each_chunk(number_, [&](tally_chunk& chunk, std::size_t place) {
    tally const& one = chunk.tallies[place];
    std::uint64_t const count = one.count.load(std::memory_order_relaxed);
    std::uint64_t const fresh = count - std::exchange(chunk.accounts[place].settled, count);
    if (fresh == 0) return;
    successes_ += fresh;
    if (pool_ == nullptr) budget_.credit(fresh);  // a pool collects by itself
    std::uint64_t const stamp = one.stamp.load(std::memory_order_relaxed);
    if (!gate_word::same_generation(stamp, breaker_.generation())) return;
    // At its epoch's end, so that none leaves the window before its time; and judged as of then:
    // what has left the window since is for the next result to find.
    instant const happened =
        epochs().none() ? now : std::min(now, instant_of_tick(epochs().end_of(stamp)));
    changed.add(breaker_.credit(breaker_.generation(), fresh, happened, happened));
  });
}

void gate::publish() noexcept {
  std::uint64_t word =
      gate_word::generation_bits(breaker_.generation()) | flags_ | gate_word::always;
  breaker_state const state = breaker_.state();
  std::uint64_t refuses_until = 0;
  if (needs_admission(state)) {
    word |= gate_word::not_closed;
    bool const refuses = state == breaker_state::open || state == breaker_state::forced_open;
    if (refuses && !waits_for_circuit_) {
      time_.need_ticks(certain_refusal::tick);
      instant const end = breaker_.open_until();
      refuses_until = end == never_reached
                          ? certain_refusal::no_end
                          : tick_of_instant(later(end, -certain_refusal::judged_by_clock));
    }
  } else if (breaker_.watches_successes() || number_ == no_gate_number) {
    word |= gate_word::watch;
  }
  refuses_until_.store(refuses_until, std::memory_order_relaxed);
  word_.store(word, std::memory_order_relaxed);
}

// The owner's own tally has just been settled, under the lock that is still held.
void gate::stamp_own_tally() noexcept {
  std::uint64_t const word = word_.load(std::memory_order_relaxed);
  constexpr auto not_counted = gate_word::not_closed | gate_word::watch;
  if ((word & not_counted) != 0 || (word & gate_word::counts) == 0) return;
  need_ticks();
  std::uint64_t const now = tick();
  tally_chunk* const chunk = now == 0 ? nullptr : own_chunk();
  if (chunk == nullptr) return;
  tally& own = chunk->tally_at(bytes_to_tally_);
  own.stamp.store(word + epochs().at(now), std::memory_order_relaxed);
}

// Without a chunk, which takes memory, each success goes to the machines by itself.
tally_chunk* gate::own_chunk() const noexcept {
  if (number_ == no_gate_number) return nullptr;
  try {
    return &joined_thread_block().made_chunk(number_);
  } catch (std::bad_alloc const&) {
    return nullptr;
  }
}

}  // namespace holdfast
