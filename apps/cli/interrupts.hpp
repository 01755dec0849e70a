#pragma once

#include <atomic>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace holdfast::cli {

/// Turns SIGINT and SIGTERM into a stop request; a second one ends the program at once. Make one
/// before any thread: they inherit that these signals are blocked and come to the watcher alone.
class interrupts {
 public:
  /// @param told where a stop was asked for; empty: nothing
  explicit interrupts(
      std::string_view told = "interrupted: finishing the batch (once more ends at once)");
  interrupts(interrupts const&) = delete;
  interrupts& operator=(interrupts const&) = delete;
  ~interrupts();

  [[nodiscard]] std::stop_token token() const noexcept { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::atomic<bool> over_{false};
  std::string told_;
  std::thread watcher_;
};

}  // namespace holdfast::cli
