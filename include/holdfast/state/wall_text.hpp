#pragma once

#include "holdfast/state/wall_time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// "2026-12-01T10:00:00Z": whole seconds of UTC, as RFC 3339 writes them.
[[nodiscard]] std::string utc_text(wall_time at);

/// The same with milliseconds: "2026-12-01T10:00:00.123Z".
[[nodiscard]] std::string utc_text_to_milliseconds(wall_time at);

/// Reads what `utc_text` writes, from 1970 to 2261; nothing where it is written in another way, or
/// no such day exists.
[[nodiscard]] std::optional<wall_time> parse_utc(std::string_view text);

}  // namespace holdfast
