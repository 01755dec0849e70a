// Refused: this callable returns an awaitable, which a blocking guard would take for a success
#include "holdfast/drive/guard.hpp"

#include <coroutine>

struct task {
  struct promise_type {
    task get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
};

void call(holdfast::guard const& lookup) {
#ifdef REFUSED
  lookup([]() -> task { co_return; });
#else
  lookup([] {});
#endif
}
