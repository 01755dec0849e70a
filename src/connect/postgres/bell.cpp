#include "connect/postgres/bell.hpp"

namespace holdfast::postgres {

/// Has the waiter woken up as long as it lives.
class bell::listening {
 public:
  listening(bell& to, waiter& by) : to_{&to} { listen(&by); }
  listening(listening const&) = delete;
  listening& operator=(listening const&) = delete;
  ~listening() { listen(nullptr); }

 private:
  void listen(waiter* who) {
    std::lock_guard const lock{to_->mutex_};
    to_->listener_ = who;
  }
  bell* to_;
};

void bell::ring() noexcept {
  std::lock_guard const lock{mutex_};  // also while it wakes: then the waiter is still there
  rung_ = true;
  if (listener_ != nullptr) listener_->wake();
}

bool bell::has_rung() const noexcept {
  std::lock_guard const lock{mutex_};
  return rung_;
}

task<wait_end> bell::rings(waiter& by, instant deadline, bool heed_stop) {
  listening const until_the_end{*this, by};
  for (;;) {
    if (has_rung()) co_return wait_end::ready;
    wait_terms const terms{.deadline = deadline, .heed_stop = heed_stop};
    wait_end const end = co_await waiter::wait(by, terms);
    if (end != wait_end::ready) co_return has_rung() ? wait_end::ready : end;
  }
}

}  // namespace holdfast::postgres
