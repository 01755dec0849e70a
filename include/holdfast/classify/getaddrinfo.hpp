#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/classify/known_code.hpp"

#include <span>
#include <string_view>

namespace holdfast {

/// Judges what getaddrinfo(3) or getnameinfo(3) answered.
///
/// Names are resolved before anything is sent, so there is no phase: to ask again never does harm.
/// A name that is not known may be known in a moment (a service that is just being registered), so
/// it is worth another try; wrong arguments are not.
///
/// @param code          one of EAI_*
/// @param system_errno  with EAI_SYSTEM, the value of errno, which then decides
/// @param text          for people; where it is empty, the code's name stands in
/// Cost: one look into a table, no allocation. Source: POSIX.1-2017, <netdb.h>; RFC 3493; the GNU
/// C library for what it adds.
[[nodiscard]] failure classify_getaddrinfo(int code, int system_errno = 0,
                                           std::string_view text = {}) noexcept;

/// "EAI_AGAIN"; empty for an unknown code.
[[nodiscard]] std::string_view getaddrinfo_code_name(int code) noexcept;

/// Every listed code, in ascending order. Lives as long as the program.
[[nodiscard]] std::span<known_code const> getaddrinfo_codes() noexcept;

}  // namespace holdfast
