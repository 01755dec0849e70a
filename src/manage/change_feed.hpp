#pragma once

#include "holdfast/core/event.hpp"
#include "holdfast/state/change_record.hpp"
#include "wake_up.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// What guards tell on its way to whoever keeps it: listeners put changes of state in, the keeper
/// takes them out. Thread-safe; lives as long as any guard that tells it. Of changes that wait,
/// 10,000 are kept at most; more are counted.
class change_feed {
 public:
  static constexpr std::size_t most_waiting = 10'000;
  static constexpr std::size_t most_reasons = 10'000;

  /// @param is_kept whether anybody takes changes out
  change_feed(std::string author, std::function<void(event const&)> listener,
              std::shared_ptr<wake_up const> bell, bool is_kept);

  /// Takes an event of a guard, hands it on, and rings where a breaker has changed.
  void take(event const& what);

  /// What guards must tell it: changes of state, and the rest where there is a listener for it.
  [[nodiscard]] event_interest interest() const noexcept {
    return listener_ ? event_interest{} : event_interest::in({event_kind::breaker_changed});
  }

  /// Adds a change that no guard has told: an order, a reload.
  void add(change_record const& change);

  /// The changes since the last call, oldest first.
  [[nodiscard]] std::vector<change_record> take_out();
  /// Puts changes back that could not be kept.
  void put_back(std::vector<change_record> changes);

  /// Why the breaker of an operation is what it is; empty where it is closed, and where more than
  /// most_reasons are not.
  [[nodiscard]] std::string reason_of(std::string_view operation) const;

  [[nodiscard]] std::uint64_t dropped() const;

 private:
  void keep(change_record const& change);
  void remember_reason(std::string_view operation, change_record const& change);

  std::string author_;
  std::function<void(event const&)> listener_;
  std::shared_ptr<wake_up const> bell_;
  bool is_kept_;
  mutable std::mutex lock_;
  std::vector<change_record> waiting_;
  std::map<std::string, std::string, std::less<>> reasons_;
  std::uint64_t dropped_ = 0;
};

}  // namespace holdfast
