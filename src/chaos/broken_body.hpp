#pragma once

#include <string>
#include <string_view>

namespace holdfast {

/// The beginning of a body, cut at a share of it: at least one byte, at least one short of all.
[[nodiscard]] std::string_view beginning(std::string_view body, double cut);

/// Chunks of a body of which the last one is announced in full and ends at the cut.
[[nodiscard]] std::string unfinished_chunks(std::string_view body, double cut);

/// JSON that no parser accepts: a piece of it at the cut is overwritten, its length kept.
[[nodiscard]] std::string damaged_json(std::string_view body, double cut);

/// A gzip member that begins well (one stored block up to the cut) and goes on with a block of the
/// reserved type (RFC 1951, section 3.2.3): every decoder must refuse it.
[[nodiscard]] std::string undecodable_gzip(std::string_view body, double cut);

}  // namespace holdfast
