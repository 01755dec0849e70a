#pragma once

#include <source_location>

namespace holdfast {

/// Ends the program with the place and the broken promise on standard error. For mistakes of the
/// program alone; bad input is never one.
[[noreturn]] void contract_broken(char const* promise, std::source_location where) noexcept;

/// Checks a promise of the caller. Cost: one predictable branch.
constexpr void expects(bool kept, char const* promise,
                       std::source_location where = std::source_location::current()) noexcept {
  if (!kept) [[unlikely]]
    contract_broken(promise, where);
}

}  // namespace holdfast
