#pragma once

#include "holdfast/redact/redaction.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace holdfast {

namespace redact_detail {
class known_values;
class line_windows;
}  // namespace redact_detail

/// Takes secrets out of texts: those that it was given, in every usual encoding, and those that are
/// given away by their key, their place or their prefix.
///
/// Any bytes are a text: also binary, also cut anywhere, also quoted by JSON or a URL, also twice.
/// What is taken is replaced by `redacted_mark`; everything else stays byte for byte.
///
/// Threads: immutable, so all may use one. Copies share what was built.
/// Cost: linear in the text, with no input that makes it worse; docs/redaction.md has figures.
class redactor {
 public:
  /// More of them are not kept; `secrets_kept` says how many were.
  static constexpr std::size_t most_secrets = 256;
  static constexpr std::size_t most_secret_bytes = 16 * 1024;  ///< of all together

  explicit redactor(redaction const& rules = {});
  /// Knows `secrets` besides. Those shorter than 6 bytes are left out: they are parts of words.
  /// Memory: up to 2 KiB for each byte of a secret, 400 bytes for most.
  redactor(redaction const& rules, std::span<std::string_view const> secrets);

  /// The text without its secrets: `text` itself where there are none, without any allocation;
  /// otherwise a view of `into`, at most 4 times as long and 10 bytes. `into` must not be what
  /// `text` views. Errors: std::bad_alloc.
  [[nodiscard]] std::string_view redact(std::string_view text, std::string& into,
                                        text_end end = text_end::whole) const;

  /// As above, as a string of its own.
  [[nodiscard]] std::string redact(std::string_view text, text_end end = text_end::whole) const;

  [[nodiscard]] redaction const& rules() const noexcept { return rules_; }
  [[nodiscard]] std::size_t secrets_kept() const noexcept { return kept_; }

 private:
  friend class redact_detail::line_windows;

  redaction rules_;
  std::shared_ptr<redact_detail::known_values const> known_;
  std::size_t kept_ = 0;
};

}  // namespace holdfast
