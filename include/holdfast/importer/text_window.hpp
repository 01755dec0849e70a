#pragma once

#include "holdfast/importer/text_decoder.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace holdfast {

/// The part of a text that is being looked at: what was read and not yet dropped, in one piece, so
/// that records are cut out of it by pointer. Not thread-safe.
///
/// UTF-8 and NUL are checked for whole refills at once, so plain files pay a small part of a
/// nanosecond a byte; only where a refill is not clean must its records be checked one by one.
///
/// Bound: twice the longest text ever held, plus one refill.
class text_window {
 public:
  static constexpr std::size_t usual_refill = 256 * 1024;

  /// `refill` is how many bytes are asked for at a time, at least 64.
  explicit text_window(text_decoder input, std::size_t refill = usual_refill);

  [[nodiscard]] std::string_view text() const noexcept {
    return {buffer_.data() + begin_, end_ - begin_};
  }

  /// Where `text()` begins, counted in bytes of decoded text.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

  /// Gives up the first `count` bytes of `text()`.
  void drop(std::size_t count) noexcept {
    begin_ += count;
    offset_ += count;
  }

  /// Reads on behind `text()`, at least as much again as it holds, so that looking once more from
  /// its beginning stays linear in the whole. Earlier views end. False where nothing came: at the
  /// end of the text or at a problem.
  [[nodiscard]] bool grow();

  /// Whether `text()` reaches to the end of a text that was read without a problem.
  [[nodiscard]] bool ended() const noexcept { return ended_; }

  /// Why reading stopped early, once `grow` has met it.
  [[nodiscard]] std::optional<problem> const& failed() const noexcept { return failed_; }

  /// Whether what stands at the beginning of `text()` may hold NUL or bytes that are no UTF-8.
  /// Meaningful for records that end within `text()`.
  [[nodiscard]] bool suspect() const noexcept { return offset_ < suspect_until_; }

  [[nodiscard]] text_decoder const& input() const noexcept { return input_; }

 private:
  void make_room(std::size_t wanted);
  void read_once();
  void check_new_text();

  text_decoder input_;
  std::size_t refill_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t checked_ = 0;          // in buffer_: everything before was checked
  std::uint64_t offset_ = 0;         // of begin_
  std::uint64_t suspect_until_ = 0;  // as offset_: nothing before is known to be clean
  bool ended_ = false;
  std::optional<problem> failed_;
};

}  // namespace holdfast
