#include "holdfast/drive/fork_safe_lock.hpp"

#include <pthread.h>

namespace holdfast {

void count_forks() noexcept {
  static int const registered = pthread_atfork(
      nullptr, nullptr, [] { fork_safe_lock::forks_.fetch_add(4, std::memory_order_relaxed); });
  static_cast<void>(registered);
}

int forks_so_far() noexcept { return fork_safe_lock::this_process(); }

bool fork_safe_lock::lock_contended(int seen) noexcept {
  constexpr int state = taken | contended;
  int const here = this_process();
  for (;;) {
    if (seen == 0) {
      // Others may be waiting: only a release that wakes one of them is safe from here on.
      if (word_.compare_exchange_weak(seen, here | contended, std::memory_order_acquire)) {
        return false;
      }
    } else if ((seen & ~state) != here) {
      if (word_.compare_exchange_weak(seen, here | taken, std::memory_order_acquire)) return true;
    } else if (seen == (here | contended) ||
               word_.compare_exchange_weak(seen, here | contended, std::memory_order_relaxed)) {
      word_.wait(here | contended, std::memory_order_relaxed);
      seen = word_.load(std::memory_order_relaxed);
    }
  }
}

}  // namespace holdfast
