#include "interrupts.hpp"

#include "commands.hpp"

#include <csignal>
#include <string_view>

#include <pthread.h>
#include <unistd.h>

namespace holdfast::cli {
namespace {

constexpr int wake_up = SIGUSR1;  // of the watcher alone, to end it

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, wake_up);
  return set;
}

void say(std::string_view text) {
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;  // nobody reads it: never mind
}

}  // namespace

interrupts::interrupts(std::string_view told)
    : told_{told.empty() ? std::string{} : "\n" + std::string{told} + "\n"} {
  sigset_t const set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  watcher_ = std::thread{[this] {
    sigset_t const watched = watched_signals();
    for (;;) {
      int const came = sigwaitinfo(&watched, nullptr);
      if (over_) return;
      if (came != SIGINT && came != SIGTERM) continue;
      if (stop_.stop_requested()) ::_exit(interrupted);
      say(told_);
      stop_.request_stop();
    }
  }};
}

interrupts::~interrupts() {
  over_ = true;
  pthread_kill(watcher_.native_handle(), wake_up);
  watcher_.join();
}

}  // namespace holdfast::cli
