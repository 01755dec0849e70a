#pragma once

#include <csignal>

namespace holdfast {

/// Blocks all signals in this thread as long as it lives, and so in the threads that are made
/// meanwhile, for good: a thread inherits the mask of its maker. Signals are for the program's own
/// threads, never for one that a library made.
class signals_blocked {
 public:
  signals_blocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  signals_blocked(signals_blocked const&) = delete;
  signals_blocked& operator=(signals_blocked const&) = delete;
  ~signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace holdfast
