#pragma once

#include "redact/token_shapes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace holdfast::redact_detail {

/// Who looks closer where a trigger was found.
enum class trigger_kind : std::uint8_t {
  redis,
  field,
  vendor_field,
  userinfo,
  slash_login,
  protocol_login,
  bearer,
  program,
  option,
  statement,
  row_values,
  complaint,
  key_block,
  token,
  azure,
  mailchimp,
  telegram,
};

/// A word, in any case of letters, with which something may begin that is worth a closer look.
struct trigger {
  std::string_view word;  ///< small letters; at least 3 bytes
  trigger_kind kind = trigger_kind::field;
  token_shape const* shape = nullptr;  ///< of a token
};

/// All triggers, and where the next one is in a text.
///
/// Three bytes, of which 5 bits each count, are looked up in a bitmap of 4 KiB; only where a word
/// may begin with them are words compared. Cost: about a nanosecond a byte in clean text; no input
/// costs more than one comparison with the few words that share their first three bytes.
class triggers {
 public:
  triggers();

  /// The triggers whose first three bytes stand at `at`, from the next place on where there are
  /// any. Empty, with `at` at the end of the text, where none follows.
  [[nodiscard]] std::span<trigger const> next(std::string_view text,
                                              std::size_t& at) const noexcept;

  /// Made on first use and never destroyed, so it can be used before main and after it.
  [[nodiscard]] static triggers const& instance();

 private:
  static constexpr std::size_t windows = std::size_t{1} << 15U;

  void sort_in(std::vector<trigger> all);

  /// Whether triggers begin with the last three bytes that were shifted into `window`.
  [[nodiscard]] unsigned bit(unsigned window) const noexcept {
    return (may_begin_[(window / 32) % (windows / 32)] >> (window % 32)) & 1U;
  }
  [[nodiscard]] std::span<trigger const> of(unsigned window) const noexcept {
    std::size_t const at = window % windows;
    return {sorted_.data() + first_[at], static_cast<std::size_t>(first_[at + 1] - first_[at])};
  }

  std::array<std::uint32_t, windows / 32> may_begin_{};
  std::array<std::uint16_t, windows + 1> first_{};  ///< of the triggers of a window, in `sorted_`
  std::vector<trigger> sorted_;
};

/// Whether the word of a trigger stands at `at`.
[[nodiscard]] bool stands_at(std::string_view text, std::size_t at, trigger const& seen) noexcept;

}  // namespace holdfast::redact_detail
