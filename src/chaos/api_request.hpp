#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/chaos/page.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast {

/// What the target of a request says.
struct api_request {
  std::string path;
  page_query page;
  std::string others;                ///< parameters besides limit and offset, still encoded
  std::optional<std::uint64_t> hop;  ///< how often a redirect loop has sent the client round
};

/// The parameter by which a redirect loop counts its rounds.
inline constexpr std::string_view hop_parameter = "chaos_hop";

/// Takes a target such as "/molecule.json?limit=20&offset=40" apart. The error is a sentence for
/// the client: a limit or offset that is no whole number.
[[nodiscard]] expected<api_request, std::string> parse_target(std::string_view target);

}  // namespace holdfast
