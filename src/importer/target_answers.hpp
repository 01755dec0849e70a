#pragma once

#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"
#include "holdfast/drive/guard.hpp"
#include "holdfast/importer/target.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace holdfast {

// What all targets answer in the same words.

[[nodiscard]] target_answer stopped(problem why);

/// Another process has moved the run: two importers of one feed can't double a record.
[[nodiscard]] problem outrun(std::string const& target, feed const& of);

/// How long to wait before a refused target is asked again. One whose guard refuses is asked each
/// second: somebody may close its circuit, and to ask it costs the database nothing.
[[nodiscard]] duration pause_after(failure const& seen) noexcept;

/// Counts the failed attempts of a guard that may outlive who counts.
class attempt_count {
 public:
  explicit attempt_count(guard const& of);

  [[nodiscard]] std::uint64_t failed() const noexcept { return *failed_; }

 private:
  std::shared_ptr<std::atomic<std::uint64_t>> failed_;
};

/// What is wrong with a ledger of this version; 0 where there is none yet.
[[nodiscard]] std::optional<problem> check_ledger_version(std::string const& target,
                                                          std::int64_t version);

/// The version that this program writes, and the newest that it knows.
inline constexpr std::int64_t ledger_version = 1;

}  // namespace holdfast
