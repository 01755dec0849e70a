#pragma once

#include <cstdint>

namespace holdfast::gate_word {

/// The word in which a gate says all that a call must know: flags in its low bits, where one
/// instruction tests them; the breaker's generation in its high ones. Between them 32 bits are
/// zero: there the stamp of a tally carries the epoch, a stretch of time.

inline constexpr std::uint64_t not_closed = 1;    ///< a call needs the breaker's admission
inline constexpr std::uint64_t watch = 2;         ///< a success must be recorded one by one
inline constexpr std::uint64_t counts = 4;        ///< successes matter to window or budget
inline constexpr std::uint64_t tracks = 8;        ///< calls can be seen by guards inside them
inline constexpr std::uint64_t ticked = 16;       ///< untracked, but must know when it began
inline constexpr std::uint64_t clocked = 32;      ///< and more exactly than ticks can say
inline constexpr std::uint64_t judged_slow = 64;  ///< the duration of an attempt matters
inline constexpr std::uint64_t injects = 128;     ///< faults are injected
inline constexpr std::uint64_t bounds = 256;  ///< a callable that takes no attempt is to be told of
inline constexpr std::uint64_t may_watch = 512;  ///< `watch` may be set while a call runs
inline constexpr std::uint64_t always = 1024;    ///< set in every word: none is zero

// Of a call's own copy alone, which then differs from the gate's word and so takes the slow way:
inline constexpr std::uint64_t nested = 2048;    ///< its frame is not the thread's first
inline constexpr std::uint64_t recorded = 4096;  ///< its success is recorded, not counted
inline constexpr std::uint64_t shown = 8192;  ///< its context is filled in, whatever the rest says

// Of the gate again:
inline constexpr std::uint64_t limited = 16384;  ///< attempts need a place, or a turn
inline constexpr std::uint64_t live = 32768;  ///< the policies may be exchanged while a call runs
inline constexpr std::uint64_t sampled = 65536;  ///< now and then a call is timed

/// What a call must know of the policies before it begins: where a word and a version of them agree
/// in these, the call can go on with both.
inline constexpr std::uint64_t asked_for =
    tracks | ticked | clocked | judged_slow | injects | limited;

inline constexpr unsigned epoch_shift = 17;
inline constexpr unsigned epoch_bits = 32;
inline constexpr unsigned generation_shift = epoch_shift + epoch_bits;
inline constexpr std::uint64_t flags = (std::uint64_t{1} << epoch_shift) - 1;

/// Whether nothing stands between a call and its callable; a success may have to be counted after.
[[nodiscard]] constexpr bool is_plain(std::uint64_t word) noexcept {
  return (word & flags & ~(watch | counts | may_watch | always)) == 0;
}

[[nodiscard]] constexpr std::uint64_t generation_bits(std::uint64_t generation) noexcept {
  return generation << generation_shift;
}
[[nodiscard]] constexpr bool same_generation(std::uint64_t word,
                                             std::uint64_t generation) noexcept {
  return word >> generation_shift == generation_bits(generation) >> generation_shift;
}

/// The gate's word as a call read it, out of the call's own copy.
[[nodiscard]] constexpr std::uint64_t without_own_flags(std::uint64_t word) noexcept {
  bool const tracked = (word & nested) != 0;
  return (word & ~(nested | recorded | shown)) | (tracked ? tracks : 0);
}

/// The word with what it says of the policies put right for a version of them.
[[nodiscard]] constexpr std::uint64_t with_flags(std::uint64_t word, std::uint64_t asked) noexcept {
  return (word & ~asked_for) | (asked & asked_for);
}

/// How the ticks of a clock become epochs of 2^n nanoseconds, in their place of a stamp.
class epochs {
 public:
  /// None: all ticks are one epoch.
  constexpr epochs() noexcept = default;
  /// @param n at least 17; 32 bits must hold the epochs of the clock's whole life
  constexpr explicit epochs(unsigned n) noexcept : shift_{n - epoch_shift} {}

  [[nodiscard]] constexpr std::uint64_t at(std::uint64_t tick) const noexcept {
    return (tick >> shift_) & ~flags;
  }
  [[nodiscard]] constexpr bool none() const noexcept { return shift_ == no_epochs; }

  /// The last tick of a stamp's epoch.
  [[nodiscard]] constexpr std::uint64_t end_of(std::uint64_t stamp) const noexcept {
    std::uint64_t const in_place = stamp & (generation_bits(1) - 1) & ~flags;
    return ((in_place + flags + 1) << shift_) - 1;
  }

 private:
  static constexpr unsigned no_epochs = 63;
  unsigned shift_ = no_epochs;
};

}  // namespace holdfast::gate_word
