#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// The longest pattern of a fault, in bytes.
inline constexpr std::size_t max_pattern_bytes = 256;

/// Bytes that are looked for in a stream that comes in pieces. Holds no byte of the stream.
/// Cost: one step a byte, whatever the input. Source: Knuth, Morris, Pratt, "Fast Pattern Matching
/// in Strings", SIAM J. Comput. 6 (1977).
class byte_pattern {
 public:
  /// @param bytes 1 to max_pattern_bytes
  byte_pattern(std::string bytes, bool any_case);

  /// Reads on until the pattern is complete.
  /// @return how many of these bytes that took; nothing where all were read and it is not
  std::optional<std::size_t> find_end(std::string_view bytes);

  /// Forgets what was read: nothing before this point belongs to a match.
  void restart() noexcept { matched_ = 0; }

 private:
  std::string bytes_;
  std::vector<std::uint16_t> shorter_;  ///< by matched bytes: the next shorter prefix that fits
  bool any_case_;
  std::size_t matched_ = 0;
};

/// The bytes that hexadecimal digits stand for; blanks between bytes are allowed. Nothing where
/// there are other characters or half a byte.
[[nodiscard]] std::optional<std::string> bytes_of_hex(std::string_view digits);

}  // namespace holdfast
