// Refused: this callable returns an awaitable, which a blocking guard would take for a success
#include "holdfast/drive/guard.hpp"

struct soon {
  [[nodiscard]] bool await_ready() const noexcept;
  void await_suspend(void* handle) const noexcept;
  [[nodiscard]] int await_resume() const noexcept;
};

void call(holdfast::guard const& lookup) {
#ifdef REFUSED
  lookup([] { return soon{}; });
#else
  lookup([] { return soon{}.await_resume(); });
#endif
}
