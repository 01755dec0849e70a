#pragma once

#include "holdfast/redact/redactor.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace holdfast {

/// Redacts a stream of lines that comes in pieces of any size, in bounded memory.
///
/// Each line is redacted as a whole once its end was seen. A private key that goes over several
/// lines is followed from line to line. Of a line longer than `window` bytes the beginning is
/// handed on before its end was seen, but never the last 64 KiB: a secret at the border is looked
/// at again together with what follows, and with the 256 bytes before it, where its key stands. Of
/// a secret that itself is longer than half a window the middle is forgotten, so it ends as one
/// mark however long it is.
///
/// Memory: about 4 windows while a long line is looked at. Threads: one object, one thread.
class line_redactor {
 public:
  static constexpr std::size_t window = 2 * 1024 * 1024;

  /// `by` may end before the line_redactor.
  explicit line_redactor(redactor const& by);
  line_redactor(line_redactor&& other) noexcept;
  line_redactor& operator=(line_redactor&& other) noexcept;
  ~line_redactor();

  /// Takes the next piece and appends to `out` what is decided by it: all lines that are complete.
  void feed(std::string_view piece, std::string& out);
  /// Appends the rest, a line without its end. The next piece begins a new text.
  void finish(std::string& out);

 private:
  std::unique_ptr<redact_detail::line_windows> windows_;
};

}  // namespace holdfast
