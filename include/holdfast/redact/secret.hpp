#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast {

/// A text that must not be printed: a password, a token, a key.
///
/// It can't be formatted, streamed or converted to a string; `reveal()` hands it out where it is
/// needed and is easy to search for. Its bytes are overwritten when it ends or is assigned to.
/// Comparing takes the same time wherever two texts of one length differ.
///
/// Trap: what it was made from is not wiped, nor is what was copied out of `reveal()`; pages that
/// the system has swapped out or dumped are beyond it too.
class secret {
 public:
  secret() noexcept = default;
  /// Takes a copy of `text`; the caller wipes or forgets its own.
  explicit secret(std::string_view text) : text_{text} {}

  secret(secret const&) = default;
  secret(secret&& other) noexcept;
  secret& operator=(secret const& other);
  secret& operator=(secret&& other) noexcept;
  ~secret();

  /// The text itself, valid until the secret ends or changes.
  [[nodiscard]] std::string_view reveal() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }

  friend bool operator==(secret const& a, secret const& b) noexcept { return a.equals(b.text_); }
  friend bool operator==(secret const& a, std::string_view b) noexcept { return a.equals(b); }

  friend std::ostream& operator<<(std::ostream&, secret const&) = delete;

 private:
  [[nodiscard]] bool equals(std::string_view other) const noexcept;
  void wipe() noexcept;

  std::string text_;
};

/// What stands for a secret in texts for people: always "(secret)".
[[nodiscard]] constexpr std::string_view describe(secret const& /*hidden*/) noexcept {
  return "(secret)";
}

}  // namespace holdfast
