#pragma once

#include <string_view>

namespace holdfast {

/// How much a client wants a media type, by its `Accept` header: 0, not at all, to 1. What names
/// the type exactly outweighs `type/*`, and that `*/*`; of several the largest counts. A header
/// that is empty takes everything. What can't be read is passed over.
/// Source: RFC 9110, section 12.5.1.
[[nodiscard]] double preference_for(std::string_view accept, std::string_view type,
                                    std::string_view subtype) noexcept;

}  // namespace holdfast
