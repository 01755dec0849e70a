#pragma once

#include "connect/http/gunzip.hpp"
#include "holdfast/connect/http/client.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace holdfast::http {

/// What is wrong with an answer, so that the rest of it is not wanted.
enum class flaw {
  none,
  body_too_large,
  headers_too_large,
  encoding,   ///< the body is not what its Content-Encoding says, or stops before its end
  no_memory,  ///< here, not there
};

/// What has come of one exchange so far. Fed by libcurl's callbacks, knows nothing of libcurl.
class exchange {
 public:
  explicit exchange(limits const& bounds) : bounds_{bounds} {}

  /// Takes one line of the headers, line break included; a status line starts anew, since interim
  /// answers (1xx) come before the one that counts. False where there is a flaw: the exchange must
  /// end.
  [[nodiscard]] bool take_header_line(std::string_view line) noexcept;

  /// Takes a piece of the body. Bodies of failures are counted, not kept: nobody reads them.
  [[nodiscard]] bool take_body(std::string_view piece) noexcept;

  /// Says that the connection brought all that was announced.
  void finish() noexcept;

  [[nodiscard]] bool is_success() const noexcept {
    return answer_.status >= 200 && answer_.status < 300;
  }
  [[nodiscard]] limits const& bounds() const noexcept { return bounds_; }
  [[nodiscard]] holdfast::http::flaw flaw() const noexcept { return flaw_; }
  [[nodiscard]] bool has_all_headers() const noexcept { return has_all_headers_; }
  [[nodiscard]] response const& answer() const noexcept { return answer_; }
  [[nodiscard]] response& answer() noexcept { return answer_; }

 private:
  void take_field(std::string_view line);
  void begin_body();
  void unpack(std::string_view piece);
  void keep(std::string_view text);

  limits bounds_;
  response answer_;
  std::uint64_t header_bytes_ = 0;
  std::uint64_t body_bytes_ = 0;
  std::unique_ptr<gunzip> unpacking_;
  bool has_all_headers_ = false;
  bool body_begun_ = false;
  holdfast::http::flaw flaw_ = holdfast::http::flaw::none;
};

}  // namespace holdfast::http
