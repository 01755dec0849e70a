#pragma once

#include "holdfast/core/event.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// An event as it was noted. Its texts hold no secrets.
struct noted_event {
  event_kind kind{};
  std::chrono::system_clock::time_point at{};
  fixed_text<63> correlation_id{};
  int attempt = 0;
  std::optional<failure> seen{};
  duration took{};
  duration pause{};
  stop_reason stopped = stop_reason::none;
  std::optional<transition> changed{};
  std::uint64_t amplification = 0;
};

struct event_book_limits {
  std::size_t each = 64;        ///< the newest of one operation
  std::size_t of_all = 16'384;  ///< together; then a new one takes the place of one of its own
  std::size_t operations = 100'000;
};

/// The last events of each operation, for people who ask what has happened. Give it to guards by
/// `guard.on_event`. Thread-safe; a handle on nothing, so it must outlive the guards that tell it,
/// or be shared with them. Memory: 700 bytes an event, so 12 MiB at most, and the names.
class event_book final : public event_sink {
 public:
  /// @param clock the time of day; the system's where empty
  explicit event_book(event_book_limits limits = {},
                      std::function<std::chrono::system_clock::time_point()> clock = {});

  void on_event(event const& what) override;

  /// The newest first. Empty where the operation has told nothing.
  [[nodiscard]] std::vector<noted_event> last_of(std::string_view operation,
                                                 std::size_t limit) const;
  /// Why the breaker of an operation came into its present state; empty where it never changed.
  [[nodiscard]] std::string reason_of(std::string_view operation) const;
  /// How many events found no place.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  struct page {
    std::deque<noted_event> events;
    std::optional<transition> last_change;
  };

  event_book_limits const limits_;
  std::function<std::chrono::system_clock::time_point()> const clock_;
  mutable std::mutex lock_;
  std::map<std::string, page, std::less<>> pages_;
  std::size_t kept_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace holdfast
