#pragma once

#include "holdfast/drive/shared_operation.hpp"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace holdfast {

/// The place of one key and its guard. It stays where it is for as long as its table lives, so a
/// reader may look at any slot at any time; it is recycled for other keys.
///
/// Who wants what is in it enters first: then it is open, and stays as it is until he leaves. It is
/// closed by the table alone, under its lock and while nobody is in it. A reader who finds it
/// closed has touched nothing but the count.
class key_slot {
 public:
  static constexpr std::uint32_t no_slot = 0xFFFFFFFFU;

  /// False where it is closed. True must be followed by one `leave`.
  [[nodiscard]] bool enter() noexcept {
    // Acquire: what was written before it was opened. The release of `leave` is what `close` reads.
    if ((pins_.fetch_add(1, std::memory_order_acquire) & opened) != 0) return true;
    leave();
    return false;
  }
  void leave() noexcept { pins_.fetch_sub(1, std::memory_order_release); }
  [[nodiscard]] std::atomic<std::uint32_t>& pins() noexcept { return pins_; }

  /// For who has entered: whether it is the slot of this key.
  [[nodiscard]] bool has(std::string_view key, std::uint32_t hash,
                         std::size_t prefix) const noexcept {
    return hash_ == hash && length_ == key.size() &&
           std::memcmp(guarded_->name().data() + prefix, key.data(), key.size()) == 0;
  }
  void mark_used() noexcept {
    if (marks_.load(std::memory_order_relaxed) != all_marks) {
      marks_.store(all_marks, std::memory_order_relaxed);
    }
  }
  [[nodiscard]] shared_operation const& guarded() const noexcept { return guarded_; }

  // All that follows is for the holder of the table's lock.

  [[nodiscard]] bool is_open() const noexcept {
    return (pins_.load(std::memory_order_relaxed) & opened) != 0;
  }
  [[nodiscard]] bool is_in_use() const noexcept {
    return pins_.load(std::memory_order_relaxed) != opened || !guarded_.is_only_handle();
  }
  void open(shared_operation guarded, std::string_view key, std::uint32_t hash) noexcept {
    guarded_ = std::move(guarded);
    hash_ = hash;
    length_ = static_cast<std::uint8_t>(key.size());
    marks_.store(all_marks, std::memory_order_relaxed);
    reopen();
  }
  /// False where somebody is in it.
  [[nodiscard]] bool close() noexcept {
    std::uint32_t nobody_in = opened;
    return pins_.compare_exchange_strong(nobody_in, 0, std::memory_order_acquire,
                                         std::memory_order_relaxed);
  }
  void reopen() noexcept { pins_.fetch_or(opened, std::memory_order_release); }
  [[nodiscard]] shared_operation take() noexcept { return std::move(guarded_); }

  [[nodiscard]] std::uint32_t hash() const noexcept { return hash_; }
  /// Of closed slots that wait for another key.
  [[nodiscard]] std::uint32_t next_free() const noexcept { return hash_; }
  void set_next_free(std::uint32_t slot) noexcept { hash_ = slot; }

  /// Whether it was used since this was last asked; once for each of the two who ask.
  [[nodiscard]] bool used_since_last_turn() noexcept { return clear(mark_of_turn); }
  [[nodiscard]] bool used_since_last_look() noexcept { return clear(mark_of_look); }

  /// The last look that found it in use, as the table counts time.
  void set_last_used(std::uint32_t look) noexcept { last_used_ = look; }
  [[nodiscard]] std::uint32_t last_used() const noexcept { return last_used_; }

 private:
  static constexpr std::uint32_t opened = 0x80000000U;
  static constexpr std::uint8_t mark_of_turn = 1;
  static constexpr std::uint8_t mark_of_look = 2;
  static constexpr std::uint8_t all_marks = mark_of_turn | mark_of_look;

  bool clear(std::uint8_t mark) noexcept {
    std::uint8_t const before = marks_.load(std::memory_order_relaxed);
    if ((before & mark) == 0) return false;
    marks_.store(static_cast<std::uint8_t>(before & ~mark), std::memory_order_relaxed);
    return true;
  }

  shared_operation guarded_;
  std::atomic<std::uint32_t> pins_{0};  ///< who is in it, and `opened`
  std::uint32_t hash_ = 0;
  std::uint32_t last_used_ = 0;
  std::uint8_t length_ = 0;  ///< of the key, which is the end of the guard's name
  std::atomic<std::uint8_t> marks_{0};
};

}  // namespace holdfast
