#include "holdfast/telemetry/log_file.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace holdfast {

expected<std::shared_ptr<spdlog::sinks::sink>, problem> open_log(std::string const& path) {
  if (path == "-") return std::make_shared<spdlog::sinks::stderr_sink_st>();
  try {
    return std::make_shared<spdlog::sinks::basic_file_sink_st>(path);
  } catch (spdlog::spdlog_ex const& why) {
    return unexpected{problem{{path, 0, 0}, why.what(), "name a file that can be written, or -"}};
  }
}

}  // namespace holdfast
