#include "holdfast/drive/timekeeper.hpp"

#include "holdfast/drive/ticker.hpp"

#include <condition_variable>
#include <mutex>

namespace holdfast {
namespace {

class system_timekeeper final : public timekeeper {
 public:
  [[nodiscard]] instant now() noexcept override { return std::chrono::steady_clock::now(); }

  bool sleep_until(instant until, std::stop_token const& stop) override {
    // The condition and its mutex belong to this wait alone: only a stop ends it early.
    std::mutex own;
    std::condition_variable_any never_notified;
    std::unique_lock lock{own};
    never_notified.wait_until(lock, stop, until, [] { return false; });
    return !stop.stop_requested();
  }

  [[nodiscard]] tick_source const& ticks() noexcept override { return ticker::ticks(); }
  void need_ticks(duration length) noexcept override { ticker::need(length); }
  void add(tick_listener& listener) override { ticker::add(listener); }
  void remove(tick_listener& listener) noexcept override { ticker::remove(listener); }
};

}  // namespace

tick_source const& timekeeper::ticks() noexcept {
  static constinit tick_source const never{0};
  return never;
}

void timekeeper::need_ticks(duration /*length*/) noexcept {}
void timekeeper::add(tick_listener& /*listener*/) {}
void timekeeper::remove(tick_listener& /*listener*/) noexcept {}

timekeeper& system_time() noexcept {
  // Never destroyed: threads that the end of main did not wait for still make guarded calls.
  // NOLINTNEXTLINE(*-avoid-non-const-global-variables,bugprone-unhandled-exception-at-new)
  static auto* const the_clock = new system_timekeeper;
  return *the_clock;
}

}  // namespace holdfast
