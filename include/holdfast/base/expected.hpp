#pragma once

#include <tl/expected.hpp>

namespace holdfast {

/// A value or the reason why there is none; std::expected as soon as C++23 may be asked for.
using tl::expected;
using tl::unexpected;

}  // namespace holdfast
