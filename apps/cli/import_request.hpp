#pragma once

#include "holdfast/base/problem.hpp"
#include "holdfast/importer/file_source.hpp"
#include "holdfast/importer/mapping.hpp"
#include "holdfast/importer/page_source.hpp"
#include "holdfast/importer/run.hpp"
#include "holdfast/telemetry/event_log.hpp"
#include "serve_choice.hpp"

#include <optional>
#include <string>
#include <vector>

namespace holdfast::cli {

/// What the command line of `holdfast import` says, word by word.
struct import_arguments {
  std::vector<std::string> sources{};
  std::string into = "holdfast.db";
  std::string mapping{};
  std::string config{};
  std::string table{};
  std::vector<std::string> key{};
  std::string shape{};
  std::string format{};
  std::string delimiter{};
  std::string batch{};
  std::string give_up_after{};
  std::string attempts{};
  std::string attempt_timeout{};
  std::string recovery_timeout{};
  serve_choice serve{};
  std::string linger{};
  std::string log{};
  std::string log_format{};
  bool json = false;
  bool quiet = false;
};

/// The same, understood.
struct import_request {
  std::vector<std::string> sources{};
  std::string into{};
  bool can_open_target = true;  ///< it is of a kind that is built in
  holdfast::mapping mapping{};  ///< with the table and the key of the command line in it
  std::string config{};  ///< the resilience file; empty: guards have the import's own policies
  file_options file{};
  page_options page{};
  run_limits limits{};
  std::optional<server_options> serve{};  ///< empty: nothing is served
  duration linger{};                      ///< for so long it is served on at the end
  std::string log{};                      ///< a file, or - for standard error; empty: no log
  holdfast::log_format log_format = holdfast::log_format::json;
  bool json = false;
  bool quiet = false;
};

/// Understands the arguments, and reads the mapping file. Every problem goes to `found`.
[[nodiscard]] import_request understand(import_arguments const& given, problems& found);

}  // namespace holdfast::cli
