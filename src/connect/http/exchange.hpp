#pragma once

#include "holdfast/connect/http/client.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace holdfast::http {

/// Which limit an answer broke.
enum class broken_limit { none, body, headers };

/// What has come of one exchange so far. Fed by libcurl's callbacks, knows nothing of libcurl.
class exchange {
 public:
  explicit exchange(limits const& bounds) : bounds_{bounds} {}

  /// Takes one line of the headers, line break included; a status line starts anew, since each
  /// redirect brings headers of its own. False where a limit is broken: the exchange must end.
  [[nodiscard]] bool take_header_line(std::string_view line);

  /// Takes a piece of the body. Bodies of failures are counted, not kept: nobody reads them.
  [[nodiscard]] bool take_body(std::string_view piece);

  [[nodiscard]] bool is_success() const noexcept {
    return answer_.status >= 200 && answer_.status < 300;
  }
  [[nodiscard]] limits const& bounds() const noexcept { return bounds_; }
  [[nodiscard]] broken_limit broken() const noexcept { return broken_; }
  [[nodiscard]] response const& answer() const noexcept { return answer_; }
  [[nodiscard]] response& answer() noexcept { return answer_; }

 private:
  limits bounds_;
  response answer_;
  std::uint64_t header_bytes_ = 0;
  std::uint64_t body_bytes_ = 0;
  broken_limit broken_ = broken_limit::none;
};

}  // namespace holdfast::http
