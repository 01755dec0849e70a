#pragma once

#include "holdfast/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace holdfast {

/// Where and how a failing API is served.
struct api_options {
  std::string address = "127.0.0.1";    ///< a numeric address
  std::uint16_t port = 0;               ///< 0: any that is free
  std::string path = "/molecule.json";  ///< of the pages
  std::string records_key = "molecules";
  std::uint64_t seed = 1;
  bool log = false;  ///< a line for every request on standard error
  std::size_t max_connections = 256;
  duration idle_limit = std::chrono::seconds{30};  ///< for a request to come, or a send to go on
};

}  // namespace holdfast
