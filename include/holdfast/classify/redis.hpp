#pragma once

#include "holdfast/base/failure.hpp"

#include <span>
#include <string_view>

namespace holdfast {

/// Judges an error reply of Redis by its first word, and by how far the command had come.
///
/// An error reply says that the command was not carried out, also one to EXEC, so most replies
/// leave nothing in doubt whatever the phase. Where there was no reply the phase decides: a single
/// command that writes commits itself and is `awaiting_commit` from the moment it is sent.
///
/// EXECABORT is judged by the error that it quotes ("… because of: READONLY …"), where it does; the
/// words of Redis are never translated.
///
/// @param reply   without the leading '-': "LOADING Redis is loading the dataset in memory"; empty
///                where the link was lost
/// @param how_far the last step known to have *started*
/// @return the failure, its code the first word; one that is not listed is an unknown failure, and
///         in doubt while a commit is awaited
/// Cost: one search by halves, no allocation.
/// Source: Redis 7 documentation and source (server.c, shared errors; cluster specification).
[[nodiscard]] failure classify_redis(std::string_view reply, phase how_far) noexcept;

/// Every listed first word, in ascending order. Lives as long as the program.
[[nodiscard]] std::span<std::string_view const> redis_error_words() noexcept;

}  // namespace holdfast
