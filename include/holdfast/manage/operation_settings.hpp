#pragma once

#include "holdfast/core/key_limits.hpp"
#include "holdfast/drive/operation.hpp"

#include <optional>
#include <string>

namespace holdfast {

/// What a resilience file says of one operation, with all that it inherits. Plain data.
struct operation_settings {
  /// Policies, kind and nesting. Name, surroundings, classifier and shared budget are not in a
  /// file: whoever makes the guard fills them in.
  operation_options policies{};
  std::string budget{};               ///< Which of the file's budgets is shared; empty: its own.
  std::optional<key_limits> per_key;  ///< Of a guard made for each key.
  std::string within{};               ///< The operation in whose attempts this one is called.
  bool required = false;  ///< Whether the process is unready while this circuit is open.

  bool operator==(operation_settings const&) const = default;
};

}  // namespace holdfast
