#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/classify/known_code.hpp"

#include <span>
#include <string_view>

namespace holdfast {

/// Judges an SQLite result by its number.
///
/// An extended code that is not listed is judged by its primary code (its low byte). SQLite runs
/// inside this process, so a statement that failed did not happen; but a COMMIT that failed to sync
/// the folder of its journal, or to close a file, may have (in_doubt). Where SQLite
/// may have rolled the transaction back by itself (full disk, I/O error, out of memory), the
/// transaction is poisoned: begin again.
///
/// @param code    a primary or extended result code; SQLITE_OK, SQLITE_ROW and SQLITE_DONE are no
///                failures and give an unknown one
/// @param message SQLite's own words; where it is empty, the code's name stands in
/// @param how_far awaiting_commit of a COMMIT, and of a writing statement outside of a transaction
/// Cost: one look into a table, no allocation.
/// Source: SQLite documentation, "Result and Error Codes".
[[nodiscard]] failure classify_sqlite(int code, std::string_view message = {},
                                      phase how_far = phase::sent) noexcept;

/// "SQLITE_BUSY_SNAPSHOT"; for an extended code not listed the name of its primary one; empty for
/// an unknown one.
[[nodiscard]] std::string_view sqlite_code_name(int code) noexcept;

/// Every listed code, in ascending order. Lives as long as the program.
[[nodiscard]] std::span<known_code const> sqlite_codes() noexcept;

}  // namespace holdfast
