#include "hangup_signal.hpp"

#include <atomic>
#include <mutex>
#include <utility>

namespace holdfast {
namespace {

// NOLINTBEGIN(*-avoid-non-const-global-variables): a signal handler reaches nothing else
constinit std::atomic<wake_up const*> rung{nullptr};
constinit std::atomic<bool> came{false};
// NOLINTEND(*-avoid-non-const-global-variables)

extern "C" void on_hangup(int /*signal*/) {
  came.store(true, std::memory_order_relaxed);
  wake_up const* const bell = rung.load(std::memory_order_acquire);
  if (bell != nullptr) bell->ring();
}

}  // namespace

hangup_signal::hangup_signal(std::shared_ptr<wake_up const> bell) : bell_{std::move(bell)} {
  wake_up const* none = nullptr;
  is_set_ = rung.compare_exchange_strong(none, bell_.get(), std::memory_order_acq_rel);
  if (!is_set_) return;
  struct sigaction wanted {};
  wanted.sa_handler = on_hangup;
  wanted.sa_flags = SA_RESTART;
  sigemptyset(&wanted.sa_mask);
  ::sigaction(SIGHUP, &wanted, &before_);
}

hangup_signal::~hangup_signal() {
  if (!is_set_) return;
  ::sigaction(SIGHUP, &before_, nullptr);
  rung.store(nullptr, std::memory_order_release);
  // A handler in another thread may be about to ring: the last bell stays.
  static std::mutex changing;
  static std::shared_ptr<wake_up const> last;
  std::lock_guard const held{changing};
  last = std::move(bell_);
}

bool hangup_signal::has_come() const noexcept {
  return is_set_ && came.exchange(false, std::memory_order_relaxed);
}

}  // namespace holdfast
