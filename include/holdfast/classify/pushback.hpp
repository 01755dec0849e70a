#pragma once

#include "holdfast/base/failure.hpp"

#include <string_view>

namespace holdfast {

/// A failure of which the server said itself whether and when to try again, by the trailer
/// `grpc-retry-pushback-ms`. Don't call it where there was none.
///
/// A number of milliseconds says when: the pause becomes exactly that (0: at once), and the
/// sequence of pauses starts anew after it. A negative one says never, and so does one that can't
/// be read or is beyond 32 bits: unlike Retry-After, which is then ignored. What the failure's
/// advice forbids, such as the repetition of what is not idempotent, stays forbidden.
///
/// Cost: no allocation. Source: gRPC proposal A6, "Pushback".
[[nodiscard]] failure with_pushback(failure seen, std::string_view value) noexcept;

}  // namespace holdfast
