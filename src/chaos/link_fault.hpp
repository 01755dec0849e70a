#pragma once

#include "byte_pattern.hpp"
#include "fault_book.hpp"
#include "flow.hpp"
#include "holdfast/base/random.hpp"
#include "pgwire_framing.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast {

/// Bytes that have come and were not looked at yet.
struct passing_bytes {
  flow way;
  std::string_view fresh;
  std::uint64_t begin;                    ///< where they begin in the stream of their direction
  std::vector<wire_piece> const& pieces;  ///< of messages, in `fresh`
  std::uint64_t passed_on;                ///< how much of the stream has left already
  duration now;

  [[nodiscard]] std::uint64_t end() const noexcept { return begin + fresh.size(); }
};

/// One fault as one connection meets it: whether it is meant, what was drawn for it, how far its
/// triggers have come. What is drawn follows from seed, fault and number of the connection alone.
class link_fault {
 public:
  /// @param received how many bytes came each way before; counts of bytes begin there
  link_fault(std::shared_ptr<armed_fault> fault, std::uint64_t seed, std::uint64_t number,
             duration now, std::array<std::uint64_t, 2> received);

  [[nodiscard]] proxy_fault const& fault() const noexcept { return armed_->fault; }
  [[nodiscard]] armed_fault& armed() const noexcept { return *armed_; }

  /// Whether it may strike this connection now.
  [[nodiscard]] bool active(duration now) const;
  [[nodiscard]] bool concerns(flow way) const noexcept;

  /// The place of the next strike in these bytes, once for each; where the bytes before it have
  /// left and the bytes behind it have not.
  [[nodiscard]] std::optional<std::uint64_t> next_strike(passing_bytes const& seen);

  /// Whether the message of which this is the last piece must wait until it is complete.
  [[nodiscard]] bool holds(flow way, wire_piece const& piece, duration now) const;

  /// Whether it strikes by the clock, now, for the first time.
  [[nodiscard]] bool strikes_by_clock(duration now);
  /// When it will, if that is later than now.
  [[nodiscard]] std::optional<duration> next_clock(duration now) const;

  /// How much later these bytes shall arrive, of a delay without a place.
  [[nodiscard]] duration chunk_delay(flow way, duration now);
  /// Delay and jitter of one strike.
  [[nodiscard]] duration drawn_delay(flow way);

  /// Whether it slows this direction down; a throttle at a place does from there on.
  [[nodiscard]] bool throttles(flow way, duration now) const;
  void begin_throttle(flow way) { looks_[index_of(way)].triggered = true; }
  /// Whether this is its first effect on the connection.
  [[nodiscard]] bool first_effect() { return !std::exchange(had_effect_, true); }

  /// Flips bits in bytes at random, by their place in the stream; how many.
  std::uint64_t flip_some(flow way, std::string& bytes, std::uint64_t begin, duration now);
  /// A byte with a bit flipped.
  [[nodiscard]] char flipped(flow way, char byte);

 private:
  struct look {
    random_bits random{0};
    std::uint64_t place = 0;    ///< of at_byte
    std::uint64_t scanned = 0;  ///< in the stream
    std::uint64_t chunk = 0;    ///< where the bytes of `piece` begin
    std::size_t piece = 0;
    std::optional<byte_pattern> pattern;
    bool contained = false;  ///< in the message that is being read
    bool triggered = false;
    std::uint64_t next_flip = 0;
    std::uint32_t occasions = 0;
  };

  [[nodiscard]] bool counts(look& at, duration now) const;
  std::optional<std::uint64_t> at_place(look& at, passing_bytes const& seen);
  std::optional<std::uint64_t> at_pattern(look& at, passing_bytes const& seen);
  std::optional<std::uint64_t> at_message(look& at, passing_bytes const& seen);
  std::optional<std::uint64_t> at_first_bytes(look& at, passing_bytes const& seen);
  void look_into(look& at, passing_bytes const& seen, wire_piece const& piece);
  [[nodiscard]] bool is_type(char type) const noexcept;
  [[nodiscard]] std::uint64_t gap(look& at) const;

  std::shared_ptr<armed_fault> armed_;
  bool meant_ = false;
  bool by_byte_ = false;   ///< at_byte, a pattern or a message says when
  bool delivers_ = false;  ///< what triggers it is passed on first
  bool clock_done_ = false;
  bool had_effect_ = false;
  duration ready_{};  ///< when the connection is old enough
  std::array<look, 2> looks_;
};

}  // namespace holdfast
