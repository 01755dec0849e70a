#pragma once

#include "drive/key_hash.hpp"
#include "drive/key_index.hpp"
#include "drive/key_slot.hpp"
#include "holdfast/core/key_limits.hpp"
#include "holdfast/drive/fork_safe_lock.hpp"
#include "holdfast/drive/guard_per_key.hpp"
#include "holdfast/drive/tick_listener.hpp"

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast {

/// The keys of one guard_per_key. What may take time, or is a user's (to make a guard, to end one,
/// to tell an event), happens outside of the lock.
class key_table final : public std::enable_shared_from_this<key_table>, private tick_listener {
 public:
  key_table(std::string name, key_limits const& limits, shared_operation other);
  ~key_table() override;

  /// Starts to look for idle keys; once, when a shared_ptr has it.
  void watch();

  [[nodiscard]] pinned_guard find(std::string_view key);
  [[nodiscard]] shared_operation handle_of(std::string_view key);
  [[nodiscard]] shared_operation const& other() const noexcept { return other_; }
  [[nodiscard]] std::vector<shared_operation> handles();
  [[nodiscard]] key_stats stats();
  /// Who is told of all keys.
  struct listener {
    std::shared_ptr<event_sink> sink;
    std::shared_ptr<call_durations> durations;  ///< may be null
  };
  void listen(listener const& told);
  void reconfigure(operation_options const& next);

 private:
  class locked;
  class leftovers;
  using place = std::uint32_t;

  [[nodiscard]] key_slot* enter(std::string_view key, std::uint32_t hash) noexcept;
  [[nodiscard]] key_slot* enter_new(std::string_view key, std::uint32_t hash);
  [[nodiscard]] shared_operation make_guard(std::string_view key);
  [[nodiscard]] bool is_fit(std::string_view key) const noexcept;

  // Under the lock:
  [[nodiscard]] std::vector<shared_operation> open_handles();
  [[nodiscard]] std::optional<place> take_place(leftovers& after);
  [[nodiscard]] std::optional<place> make_room(leftovers& after);
  [[nodiscard]] bool forget(place at, bool since_idle, instant now, leftovers& after);
  void give_back(place at) noexcept;
  [[nodiscard]] key_slot& put_in(place at, shared_operation made, std::string_view key,
                                 std::uint32_t hash);
  [[nodiscard]] place next_turn() noexcept;
  void mend() noexcept;

  void forget_idle(instant now);
  void look_for_idle(place at, instant now, leftovers& after);
  finding on_tick(instant now) noexcept override;
  void tell() noexcept override;

  /// Slots never move: they come in pieces, each twice as large as the one before.
  static constexpr place first_piece = 64;
  static constexpr std::size_t pieces = 15;
  struct where {
    std::size_t piece;
    place within;
    place size;  ///< of the piece
  };
  [[nodiscard]] static where where_is(place at) noexcept {
    place const counted = at + first_piece;
    place const size = std::bit_floor(counted);
    auto const piece = std::countr_zero(size) - std::countr_zero(first_piece);
    return {static_cast<std::size_t>(piece), counted - size, size};
  }
  [[nodiscard]] key_slot& slot_at(place at) const noexcept;
  void make_slot(place at);

  std::string const prefix_;  ///< of the names: "http."
  key_limits const limits_;
  shared_operation const other_;
  key_hash const hash_;
  key_index index_;
  std::array<std::unique_ptr<key_slot[]>, pieces> slots_;  // NOLINT(*-avoid-c-arrays)

  fork_safe_lock lock_;
  place slots_made_ = 0;
  place first_free_ = key_slot::no_slot;
  place turn_ = 0;  ///< where the clock's hand stands
  std::vector<listener> listeners_;
  key_stats counted_{};
  fork_safe_lock exchanging_;                      ///< one exchange of policies at a time
  std::atomic<std::uint64_t> changes_for_all_{0};  ///< of policies and listeners
  std::atomic<std::uint64_t> unfit_{0};
  std::atomic<std::size_t> keys_{0};

  duration const look_every_;
  instant next_look_{};  ///< for whoever keeps the ticks, as is what follows
  instant told_at_{};
  std::shared_ptr<key_table> kept_;  ///< between a look and its telling
  static constexpr int nobody = -1;
  std::atomic<int> telling_{nobody};  ///< by `forks_so_far`
};

}  // namespace holdfast
