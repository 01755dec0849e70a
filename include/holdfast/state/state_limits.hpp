#pragma once

#include <cstddef>

namespace holdfast {

// What a store holds at most; the state is untrusted input, and a disk is no dustbin.
inline constexpr std::size_t most_operations = 100'000;
inline constexpr std::size_t most_changes_each = 200;  ///< the newest of one operation
inline constexpr std::size_t most_changes = 20'000;    ///< the newest of all
inline constexpr std::size_t most_orders = 1'000;      ///< the newest
inline constexpr std::size_t most_set_aside = 5;       ///< files, the newest

inline constexpr std::size_t most_record_bytes = 256 * 1024;      ///< of one record as text
inline constexpr std::size_t most_file_bytes = 64 * 1024 * 1024;  ///< of one file

}  // namespace holdfast
