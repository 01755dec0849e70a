#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/classify/known_code.hpp"

#include <span>
#include <string_view>

namespace holdfast {

/// Judges what a process ended with, as a shell sees it.
///
/// A process that ran may have done part of its work: unless its code says that trying again is
/// what it wants (75, EX_TEMPFAIL), it is repeated only where that does no harm. 126 and 127 say
/// that it did not run at all. 128 and a signal's number, in which shells hide signals, is judged
/// as by `classify_signal`.
///
/// @param code 1..255. 0 is no failure: the answer is an unknown failure of low severity that must
///             never be repeated, since what it repeats has succeeded.
/// @param text for people; where it is empty, what the code stands for
/// Cost: one look into a table, no allocation.
/// Source: <sysexits.h>; POSIX.1-2017, "Shell Command Language", 2.8.2; timeout(1) and env(1) of
/// GNU coreutils for 124 and 125.
[[nodiscard]] failure classify_exit_code(int code, std::string_view text = {}) noexcept;

/// Judges the signal that ended a process (WTERMSIG).
///
/// Signals by which people and supervisors stop things (HUP, INT, QUIT, TERM) are nobody's fault
/// and end the matter; a crash is the dependency's; KILL is mostly the kernel's when memory is used
/// up.
///
/// @param number a signal's number here; others are unknown failures
[[nodiscard]] failure classify_signal(int number, std::string_view text = {}) noexcept;

/// "EX_TEMPFAIL", "command not found"; empty for a code without a settled meaning.
[[nodiscard]] std::string_view exit_code_name(int code) noexcept;

/// "SIGKILL"; empty for a number that is not listed.
[[nodiscard]] std::string_view signal_name(int number) noexcept;

/// Every listed code (without those of signals) and signal, in ascending order. Live as long as the
/// program.
[[nodiscard]] std::span<known_code const> exit_codes() noexcept;
[[nodiscard]] std::span<known_code const> signals() noexcept;

}  // namespace holdfast
