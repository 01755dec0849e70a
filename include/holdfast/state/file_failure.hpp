#pragma once

#include "holdfast/base/failure.hpp"

#include <string>
#include <string_view>

namespace holdfast {

/// What a system call on a file of the state came to, with what to do about it.
/// @param number a value of errno
/// @param doing  a verb, such as "write"
[[nodiscard]] failure file_failure(int number, std::string_view doing, std::string const& path);

/// What to do about a failure of a store on a disk; empty where there is nothing to say.
[[nodiscard]] std::string_view remedy_of_store(category kind) noexcept;

}  // namespace holdfast
