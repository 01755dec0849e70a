#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// Reads a file of the state; nothing where there is none.
[[nodiscard]] expected<std::optional<std::string>, failure> read_state_file(
    std::string const& path);

/// Replaces a file as a whole: whoever reads it, also after a kill or a power cut at any point,
/// finds the old text or the new one. To be called under a lock: PATH.new is used by one at a time,
/// and one that a killed process left there is removed. A failure of the very last step, the sync
/// of the folder, leaves the new text in place, but a power cut may bring the old one back.
[[nodiscard]] expected<void, failure> replace_state_file(std::string const& path,
                                                         std::string_view text);

}  // namespace holdfast
