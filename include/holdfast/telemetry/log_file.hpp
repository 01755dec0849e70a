#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/problem.hpp"

#include <memory>
#include <string>

namespace spdlog::sinks {
class sink;
}

namespace holdfast {

/// A sink for an event_log: appends to a file, which is made if it is not there; "-" is standard
/// error. A problem where the file can't be opened. It is kept open: who rotates it copies and
/// truncates it, or starts the program again.
[[nodiscard]] expected<std::shared_ptr<spdlog::sinks::sink>, problem> open_log(
    std::string const& path);

}  // namespace holdfast
