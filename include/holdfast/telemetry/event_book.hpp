#pragma once

#include "holdfast/core/event.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// A change of a circuit as it was noted.
struct noted_change {
  breaker_state from{};
  breaker_state to{};
  fixed_text<24> kind{};    ///< a transition_reason; of what a store has kept, a change_kind
  fixed_text<160> cause{};  ///< in words, with the numbers
  fixed_text<80> why{};     ///< what the operator said
  fixed_text<80> author{};  ///< the operator, or the process; empty where it is not known
};

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
  std::optional<noted_change> changed{};
  std::uint64_t amplification = 0;
};

struct event_book_limits {
  std::size_t each = 64;        ///< the newest of one operation
  std::size_t of_all = 16'384;  ///< the newest together
  /// Operations whose circuit is not closed, or that have an event; of more, nothing is noted.
  std::size_t operations = 50'000;
};

/// The last events of each operation, for people who ask what has happened; but for refusals by an
/// open circuit, which would soon be all that is left. Give it to guards by `guard.on_event`.
/// Thread-safe; shared with the guards that tell it, or outliving them. Memory: 900 bytes an event,
/// so 15 MiB, and 700 bytes for each operation.
class event_book final : public event_sink {
 public:
  /// @param clock the time of day; the system's where empty
  explicit event_book(event_book_limits limits = {},
                      std::function<std::chrono::system_clock::time_point()> clock = {});

  void on_event(event const& what) override;
  [[nodiscard]] event_interest interest() const noexcept override {
    return event_interest{}.without_certain_refusals();
  }

  /// Notes who made the last change of an operation.
  void sign_last_change(std::string_view operation, std::string_view author);

  /// The newest first. Empty where the operation has told nothing.
  [[nodiscard]] std::vector<noted_event> last_of(std::string_view operation,
                                                 std::size_t limit) const;
  /// Why the breaker of an operation is in its present state, and who has put it there; nothing
  /// where it is closed.
  [[nodiscard]] std::optional<noted_change> last_change_of(std::string_view operation) const;
  /// How many events found no place.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  struct page;
  using pages = std::map<std::string, page, std::less<>>;
  struct entry {
    noted_event told;
    pages::iterator of;
  };
  struct page {
    std::deque<std::list<entry>::iterator> events{};  ///< the oldest first
    std::optional<noted_change> last_change{};        ///< where the circuit is not closed
  };

  void forget_oldest_of(pages::iterator which);

  event_book_limits const limits_;
  std::function<std::chrono::system_clock::time_point()> const clock_;
  mutable std::mutex lock_;
  pages pages_;
  std::list<entry> all_;  ///< the oldest first
  std::uint64_t dropped_ = 0;
};

}  // namespace holdfast
