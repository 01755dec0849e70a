#pragma once

#include <string_view>

/// The release, for the preprocessor: major * 10000 + minor * 100 + patch.
#define HOLDFAST_VERSION 100  // NOLINT(modernize-macro-to-enum): for #if

namespace holdfast {

/// The release as text; CMake's project version agrees (a test holds them together).
inline constexpr std::string_view version_text = "0.1.0";

}  // namespace holdfast
