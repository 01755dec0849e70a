#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast {

/// A point of wall time; at this edge alone, for the headers Date and Retry-After.
using wall_time = std::chrono::system_clock::time_point;

/// "Sun, 22 Nov 2026 08:28:00 GMT" (RFC 9110, section 5.6.7), in whole seconds, rounded down.
[[nodiscard]] std::string http_date(wall_time when);

/// "Not Found" for 404; "Unknown" for a status that this server never sends.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// The head of an answer, written field by field.
class http_head {
 public:
  http_head(int status, wall_time now);

  http_head& field(std::string_view name, std::string_view value) &;
  http_head&& field(std::string_view name, std::string_view value) &&;

  /// With the empty line that ends it.
  [[nodiscard]] std::string text() const { return text_ + "\r\n"; }

 private:
  std::string text_;
};

}  // namespace holdfast
