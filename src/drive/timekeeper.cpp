#include "holdfast/drive/timekeeper.hpp"

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
};

}  // namespace

timekeeper& system_time() noexcept {
  static system_timekeeper the_clock;
  return the_clock;
}

}  // namespace holdfast
