#pragma once

#include "holdfast/importer/byte_source.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace holdfast {

/// How the text of a file is written, as its first bytes tell.
enum class text_encoding : std::uint8_t {
  utf8,      ///< no byte order mark: taken for UTF-8
  utf8_bom,  ///< UTF-8 with a byte order mark, which is dropped
  utf16_le,  ///< UTF-16 with a little-endian mark
  utf16_be,  ///< UTF-16 with a big-endian mark
};

/// "UTF-8", "UTF-16 LE": for people.
[[nodiscard]] std::string_view name_of(text_encoding encoding) noexcept;

/// Turns the bytes of a file into UTF-8. UTF-8 passes as it is, good or bad: it is checked where
/// the records are cut. UTF-16 is translated; what is no UTF-16 (half of a surrogate pair, half a
/// unit at the end) becomes bytes that are no UTF-8, so that the record with it is found and
/// rejected there, and it alone. Not thread-safe.
///
/// Source: Unicode 15, 3.9 (UTF-16, byte order marks). Cost: nothing for UTF-8; a buffer of 64 KiB
/// for UTF-16.
class text_decoder {
 public:
  explicit text_decoder(std::unique_ptr<byte_source> bytes);

  /// The smallest `room` that `read` can work with, in bytes.
  static constexpr std::size_t least_room = 8;

  /// As byte_source::read, for text. `room` has at least `least_room` bytes.
  [[nodiscard]] expected<std::size_t, problem> read(std::span<char> room);

  /// Known after the first read.
  [[nodiscard]] text_encoding encoding() const noexcept { return encoding_; }
  [[nodiscard]] byte_source const& bytes() const noexcept { return *bytes_; }

 private:
  [[nodiscard]] expected<bool, problem> detect();
  [[nodiscard]] expected<std::size_t, problem> translate(std::span<char> room);
  [[nodiscard]] expected<bool, problem> refill();
  [[nodiscard]] std::uint32_t unit_at(std::size_t at) const noexcept;

  std::unique_ptr<byte_source> bytes_;
  text_encoding encoding_ = text_encoding::utf8;
  bool detected_ = false;
  bool input_ended_ = false;
  std::vector<char> pending_;     // bytes read and not handed out
  std::size_t pending_from_ = 0;  // where they begin
};

}  // namespace holdfast
