#pragma once

#include "holdfast/base/problem.hpp"
#include "holdfast/state/order_record.hpp"
#include "holdfast/state/wall_time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// Whether an order must say why: those that set an override must.
[[nodiscard]] constexpr bool needs_a_reason(order_kind what) noexcept {
  return what != order_kind::close && what != order_kind::reset;
}

/// Reads the words of an order, wherever an operator wrote them, and collects what is wrong with
/// them: each by the name of its field as it was written there ("for", "--for").
class order_reader {
 public:
  explicit order_reader(wall_time now) noexcept : now_{now} {}

  void refuse(std::string_view field, std::string what, std::string remedy);

  /// A text that is kept: without secrets, since a store must keep none, and within the 80 bytes of
  /// `order_record`.
  [[nodiscard]] std::string text(std::string_view field, std::string_view given);
  /// The text of why it is given, which only some orders can do without.
  [[nodiscard]] std::string reason(std::string_view field, order_kind what, std::string_view given);

  /// The end of what lasts so long from now: a duration above zero, or "off" for no end.
  [[nodiscard]] std::optional<wall_time> end_after(std::string_view field, std::string_view length);
  /// The end at a time that is still to come, in UTC.
  [[nodiscard]] std::optional<wall_time> end_at(std::string_view field, std::string_view time);

  [[nodiscard]] problems take_problems() noexcept;

 private:
  wall_time now_;
  problems found_;
};

}  // namespace holdfast
