#include "interrupts.hpp"

#include "commands.hpp"

#include <csignal>
#include <string_view>

#include <pthread.h>
#include <unistd.h>

namespace holdfast::cli {
namespace {

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

void say(std::string_view text) {
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;  // nobody reads it: never mind
}

}  // namespace

interrupts::interrupts() {
  sigset_t const set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  watcher_ = std::thread{[this] {
    sigset_t const watched = watched_signals();
    for (;;) {
      bool const came = sigwaitinfo(&watched, nullptr) > 0;
      if (over_) return;
      if (!came) continue;
      if (stop_.stop_requested()) ::_exit(interrupted);
      say("\ninterrupted: finishing the batch (once more ends at once)\n");
      stop_.request_stop();
    }
  }};
}

interrupts::~interrupts() {
  over_ = true;
  pthread_kill(watcher_.native_handle(), SIGTERM);  // wakes it from its wait
  watcher_.join();
}

}  // namespace holdfast::cli
