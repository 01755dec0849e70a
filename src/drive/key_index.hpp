#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace holdfast {

/// From the hash of a key to the slots that may be its own: open addressing, four bytes an entry,
/// of which twelve bits are of the hash. Read by all threads at once; changed under the table's
/// lock. A reader may miss an entry that is moved just then, and must ask again under the lock;
/// what it finds may have been recycled, and must be compared with the key.
class key_index {
 public:
  explicit key_index(std::size_t keys)
      : mask_{std::bit_ceil(keys + keys / 2 + 1) - 1},
        entries_{std::make_unique<entry[]>(mask_ + 1)} {}  // NOLINT(*-avoid-c-arrays)

  /// Calls `visit(slot)` for each that may be the right one, until it answers true.
  template <class Visitor>
  void visit(std::uint32_t hash, Visitor const& visit) const {
    std::uint32_t const wanted = hash & tag_bits;
    for (std::size_t at = home_of(hash);; at = (at + 1) & mask_) {
      std::uint32_t const seen = entries_[at].load(std::memory_order_acquire);
      if (seen == 0) return;
      if ((seen & tag_bits) == wanted && visit(slot_in(seen))) return;
    }
  }

  void add(std::uint32_t hash, std::uint32_t slot) noexcept {
    std::size_t at = home_of(hash);
    while (load(at) != 0) at = (at + 1) & mask_;
    store(at, (hash & tag_bits) | (slot + 1));
  }

  /// Takes a slot out, and moves back what stood behind it, so that no holes are left.
  /// @param hash_of answers the hash of any slot
  template <class HashOf>
  void remove(std::uint32_t hash, std::uint32_t slot, HashOf const& hash_of) noexcept {
    std::size_t hole = home_of(hash);
    while (slot_in(load(hole)) != slot) hole = (hole + 1) & mask_;
    for (std::size_t at = (hole + 1) & mask_; load(at) != 0; at = (at + 1) & mask_) {
      std::size_t const home = home_of(hash_of(slot_in(load(at))));
      // It may stand in the hole if that is not before its home.
      if (((at - home) & mask_) < ((at - hole) & mask_)) continue;
      store(hole, load(at));
      hole = at;
    }
    store(hole, 0);
  }

  void clear() noexcept {
    for (std::size_t at = 0; at <= mask_; ++at) store(at, 0);
  }

 private:
  using entry = std::atomic<std::uint32_t>;
  static constexpr unsigned slot_width = 20;  // a million of slots
  static constexpr std::uint32_t slot_bits = (std::uint32_t{1} << slot_width) - 1;
  static constexpr std::uint32_t tag_bits = ~slot_bits;

  /// The low bits make the tag's neighbours differ; the table may have more of them than a tag.
  [[nodiscard]] std::size_t home_of(std::uint32_t hash) const noexcept { return hash & mask_; }
  [[nodiscard]] static std::uint32_t slot_in(std::uint32_t seen) noexcept {
    return (seen & slot_bits) - 1;
  }
  [[nodiscard]] std::uint32_t load(std::size_t at) const noexcept {
    return entries_[at].load(std::memory_order_relaxed);
  }
  void store(std::size_t at, std::uint32_t value) noexcept {
    entries_[at].store(value, std::memory_order_release);
  }

  std::size_t mask_;
  std::unique_ptr<entry[]> entries_;  // NOLINT(*-avoid-c-arrays)
};

}  // namespace holdfast
