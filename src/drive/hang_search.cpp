#include "drive/hang_search.hpp"

#include "holdfast/drive/shared_operation.hpp"

#include <algorithm>

namespace holdfast {
namespace {

struct look {
  int running = 0;
  int hanging = 0;
};

/// @param since calls that began earlier belong to an earlier state of the breaker
look look_through(gate const& searched, std::uint64_t since, std::uint64_t until) noexcept {
  look found;
  for (thread_block* block = first_thread_block(); block != nullptr; block = block->next) {
    std::size_t const depth = block->depth();
    for (std::size_t i = 0; i < depth; ++i) {
      if (block->frames[i].gate.load(std::memory_order_relaxed) != &searched) continue;
      ++found.running;
      std::uint64_t const started = block->frames[i].started.load(std::memory_order_relaxed);
      if (started >= since && started <= until) ++found.hanging;
    }
  }
  return found;
}

}  // namespace

hang_search::hang_search(operation& searched) : searched_{searched} { searched_.time().add(*this); }

hang_search::~hang_search() { searched_.time().remove(*this); }

tick_listener::finding hang_search::on_tick(instant now) noexcept {
  // Of two threads that move one clock, the other is still telling what it found.
  // One that a fork left behind tells nothing any more.
  if (telling_.load(std::memory_order_acquire) == forks_so_far()) return finding::busy;
  held_policies const policies{searched_};
  breaker const& options = policies.of(searched_).breaker;
  if (options.max_hanging == 0 && reported_ == 0) return finding::idle;
  duration const limit = options.slow_call;
  // A call knows its start by the last tick before it, which may be a tick before the state began.
  instant const since = later(searched_.gate().counting_since(), -ticker::longest_tick);
  look const found =
      look_through(searched_.gate(), tick_of_instant(since), tick_of_instant(later(now, -limit)));
  int hanging = std::min(found.hanging, std::exchange(found_before_, found.hanging));
  // Nobody looks any more, but what was found must not stand for ever.
  if (options.max_hanging == 0) hanging = 0;
  if (hanging == reported_) return found.running > 0 ? finding::busy : finding::idle;
  // The last handle may be gone: then the destructor is waiting for us to finish this round.
  if (!shared_operation::keep_alive(searched_)) return finding::idle;
  reported_ = hanging;
  to_tell_ = {};
  searched_.gate().hanging(hanging, now, to_tell_);
  telling_.store(forks_so_far(), std::memory_order_relaxed);
  return finding::to_tell;
}

void hang_search::tell() noexcept {
  shared_operation const kept = shared_operation::adopt(searched_);
  changes const told = to_tell_;
  telling_.store(nobody, std::memory_order_release);
  searched_.emit(told);
}

}  // namespace holdfast
