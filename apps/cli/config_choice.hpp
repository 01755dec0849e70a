#pragma once

#include <string>

namespace holdfast::cli {

/// The resilience file of `--config` or, where that is empty, of the environment variable
/// HOLDFAST_CONFIG; empty where neither names one.
[[nodiscard]] std::string chosen_config(std::string const& given);

}  // namespace holdfast::cli
