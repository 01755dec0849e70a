#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>

namespace holdfast::http {

/// Undoes gzip, piece by piece, and knows whether the end was seen: libcurl's own decoder takes a
/// stream that stops early for a whole one. Several members one after the other are one text.
/// Memory: about 60 KiB, whatever the input. Source: RFC 1952.
class gunzip {
 public:
  /// Throws std::bad_alloc.
  gunzip();
  gunzip(gunzip const&) = delete;
  gunzip& operator=(gunzip const&) = delete;
  ~gunzip();

  /// Gives more input, which must live until `next` asks for more.
  void feed(std::string_view packed);

  /// The next piece of the text, valid until the next call; an empty one where more input is
  /// needed; nothing where the input is no gzip.
  [[nodiscard]] std::optional<std::string_view> next();

  /// Whether a member has just ended, so that the text may end here.
  [[nodiscard]] bool at_end() const noexcept { return at_end_; }

 private:
  struct state;

  std::unique_ptr<state> state_;
  std::array<char, 16384> text_{};
  bool at_end_ = false;
};

}  // namespace holdfast::http
