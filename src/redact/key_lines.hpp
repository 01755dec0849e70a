#pragma once

#include "redact/span.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::redact_detail {

/// A private key of which each line comes for itself, plain or behind what a log writes before it.
class key_lines {
 public:
  /// Notes whether a key begins in `line`, which has no line end, and goes on behind it.
  void open_in(std::string_view line);
  /// What of the next line is of the key, which may be nothing: a header, the empty line behind
  /// the headers. A line that is none of the key ends it.
  [[nodiscard]] std::optional<span> part_of(std::string_view line) noexcept;
  void close() noexcept { open_ = false; }

 private:
  [[nodiscard]] std::optional<span> judge(std::string_view line) noexcept;
  [[nodiscard]] std::optional<span> base64_in(std::string_view line, std::size_t begin) noexcept;

  std::string before_;  ///< what stood before the key on its first line
  bool open_ = false;
  bool body_seen_ = false;
  bool empty_seen_ = false;
};

}  // namespace holdfast::redact_detail
