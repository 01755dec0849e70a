#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/manage/resilience_file.hpp"

#include <optional>
#include <string>

namespace holdfast::cli {

/// The operation that is asked for, in the file that says what holds for it.
struct asked_operation {
  std::string name;
  resilience_file file;

  /// Its policies; those of a shared budget included.
  [[nodiscard]] operation_options policies() const;
};

/// The operation of `--operation`, from the file of `--config` or, where that is empty, of the
/// environment variable HOLDFAST_CONFIG.
[[nodiscard]] expected<asked_operation, problems> find_operation(std::string const& name,
                                                                 std::string const& config);

/// Each field with its value and who set it; then the worst that a call can come to.
[[nodiscard]] std::string to_text(asked_operation const& asked);

/// The same as one JSON object in one line.
[[nodiscard]] std::string to_json(asked_operation const& asked);

}  // namespace holdfast::cli
