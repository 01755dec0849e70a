#include "holdfast/drive/bulkhead_gate.hpp"

#include <limits>
#include <utility>

namespace holdfast {

namespace {

[[nodiscard]] std::uint64_t places_of(bulkhead const& options) noexcept {
  return options.max_concurrent > 0 ? static_cast<std::uint64_t>(options.max_concurrent)
                                    : std::numeric_limits<std::uint32_t>::max();
}

}  // namespace

bulkhead_gate::bulkhead_gate(bulkhead const& options)
    : places_{places_of(options)},
      may_wait_{options.max_waiting > 0},
      options_{options},
      forks_seen_{(count_forks(), forks_so_far())} {}

std::uint64_t bulkhead_gate::packed(core::bulkhead_snapshot counts) noexcept {
  return (static_cast<std::uint64_t>(counts.waiting) << 32U) |
         static_cast<std::uint64_t>(counts.running);
}

core::bulkhead_snapshot bulkhead_gate::snapshot() const noexcept {
  std::uint64_t const seen = counts_.load(std::memory_order_relaxed);
  return {.running = static_cast<int>(seen & (one_waits - 1)),
          .waiting = static_cast<int>(seen >> 32U)};
}

// No place is free. In the child of a fork, those of the parent's other threads never will be.
bool bulkhead_gate::enter_forked() noexcept {
  std::atomic_ref const seen{forks_seen_};
  if (seen.load(std::memory_order_relaxed) == forks_so_far()) return false;
  {
    lock_holder const held{lock_};
    if (seen.load(std::memory_order_relaxed) == forks_so_far()) return false;
    seen.store(forks_so_far(), std::memory_order_relaxed);
    first_.reset();
    last_ = nullptr;
    counts_.store(0, std::memory_order_relaxed);
  }
  return enter();
}

queue_answer bulkhead_gate::queue(std::shared_ptr<place_waiter> const& waiter) noexcept {
  lock_holder const held{lock_};
  std::uint64_t seen = counts_.load(std::memory_order_relaxed);
  for (;;) {
    core::bulkhead_machine machine{options_};
    machine.restore({.running = static_cast<int>(seen & (one_waits - 1)),
                     .waiting = static_cast<int>(seen >> 32U)});
    core::bulkhead_answer const answer = machine.enter();
    if (answer == core::bulkhead_answer::refuse) return queue_answer::full;
    if (!counts_.compare_exchange_weak(seen, packed(machine.snapshot()), std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
      continue;
    }
    if (answer == core::bulkhead_answer::admitted) return queue_answer::given;
    waiter->waits_ = true;
    waiter->before_ = last_;
    (last_ == nullptr ? first_ : last_->next_) = waiter;
    last_ = waiter.get();
    return queue_answer::queued;
  }
}

bool bulkhead_gate::give_up(place_waiter& waiter) noexcept {
  std::shared_ptr<place_waiter> gone;  // let go after the lock
  lock_holder const held{lock_};
  if (!waiter.waits_) return false;
  gone = unlink(waiter);
  counts_.fetch_sub(one_waits, std::memory_order_relaxed);
  return true;
}

void bulkhead_gate::reconfigure(bulkhead const& options) noexcept {
  {
    lock_holder const held{lock_};
    options_ = options;
    places_.store(places_of(options), std::memory_order_relaxed);
    may_wait_.store(options.max_waiting > 0, std::memory_order_relaxed);
  }
  while (give_free_place()) {
  }
}

// While somebody waits, counts change under the lock alone.
bool bulkhead_gate::give_free_place() noexcept {
  std::shared_ptr<place_waiter> next;
  {
    lock_holder const held{lock_};
    if (std::atomic_ref{forks_seen_}.load(std::memory_order_relaxed) != forks_so_far()) {
      return false;  // who stands in the queue of a forked child is gone
    }
    std::uint64_t const seen = counts_.load(std::memory_order_relaxed);
    if (first_ == nullptr || seen % one_waits >= places_.load(std::memory_order_relaxed)) {
      return false;
    }
    next = unlink(*first_);
    counts_.fetch_sub(one_waits - 1, std::memory_order_acq_rel);
  }
  next->place_given();
  return true;
}

// Whoever waits has the place before anybody else can see that it was left.
void bulkhead_gate::hand_over() noexcept {
  std::shared_ptr<place_waiter> next;
  {
    lock_holder const held{lock_};
    // Who stands in the queue of a forked child is gone, and counts may be torn: see enter_forked.
    if (std::atomic_ref{forks_seen_}.load(std::memory_order_relaxed) != forks_so_far()) return;
    std::uint64_t const running = counts_.load(std::memory_order_relaxed) % one_waits;
    if (first_ != nullptr && running > places_.load(std::memory_order_relaxed)) {
      counts_.fetch_sub(1, std::memory_order_release);
      return;
    }
    if (first_ != nullptr) {
      next = unlink(*first_);
      counts_.fetch_sub(one_waits, std::memory_order_release);
    }
  }
  if (next == nullptr) return leave();  // the last one gave up meanwhile
  next->place_given();
}

std::shared_ptr<place_waiter> bulkhead_gate::unlink(place_waiter& waiter) noexcept {
  std::shared_ptr<place_waiter>& link = waiter.before_ == nullptr ? first_ : waiter.before_->next_;
  std::shared_ptr<place_waiter> self = std::exchange(link, std::move(waiter.next_));
  (link == nullptr ? last_ : link->before_) = waiter.before_;
  waiter.before_ = nullptr;
  waiter.waits_ = false;
  return self;
}

}  // namespace holdfast
