#pragma once

#include "holdfast/importer/byte_source.hpp"

#include <memory>
#include <string>

namespace holdfast {

/// Unpacks the gzip members of `packed`. Zero bytes after the last member are padding, as tar
/// and gzip treat them; anything else there is a problem, since it may be a damaged member.
[[nodiscard]] std::unique_ptr<byte_source> unpack_gzip(std::unique_ptr<byte_source> packed,
                                                       std::string shown_name);

}  // namespace holdfast
