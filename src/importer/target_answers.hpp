#pragma once

#include "holdfast/importer/target.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace holdfast {

// What all targets answer in the same words.

[[nodiscard]] target_answer stopped(problem why);

/// Another process has moved the run: two importers of one feed can't double a record.
[[nodiscard]] problem outrun(std::string const& target, feed const& of);

/// What is wrong with a ledger of this version; 0 where there is none yet.
[[nodiscard]] std::optional<problem> check_ledger_version(std::string const& target,
                                                          std::int64_t version);

/// The version that this program writes, and the newest that it knows.
inline constexpr std::int64_t ledger_version = 1;

}  // namespace holdfast
