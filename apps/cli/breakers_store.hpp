#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"
#include "holdfast/state/state_store.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::cli {

/// Where the command line says that the state is.
struct store_choice {
  std::string store{};   ///< "file:PATH" or "sqlite:PATH"
  std::string config{};  ///< a resilience file, whose `state.store` is meant
};

/// A store that could be read, with all operations that it knows.
struct opened_store {
  std::string url;
  std::unique_ptr<state_store> store;
  std::vector<operation_record> operations;
  /// Whether the resilience file calls an operation required; null where there is no file.
  std::function<bool(std::string_view operation)> is_required;
};

/// Opens and reads a store: that of `--store`, or of the resilience file of `--config` or
/// HOLDFAST_CONFIG. What was set aside is told on standard error.
[[nodiscard]] expected<opened_store, problems> open_store(store_choice const& choice);

/// The operation of that name, or a problem that says which one was probably meant.
[[nodiscard]] expected<operation_record, problem> find_operation_of(opened_store const& in,
                                                                    std::string const& name);

/// What a store's failure is to its user.
[[nodiscard]] problem store_problem(std::string const& url, failure const& seen);

}  // namespace holdfast::cli
