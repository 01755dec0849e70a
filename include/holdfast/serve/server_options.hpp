#pragma once

#include "holdfast/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace holdfast {

/// Where a server listens, whom it answers, and for how long.
struct server_options {
  std::string address = "127.0.0.1";  ///< a numeric address
  std::uint16_t port = 9464;          ///< 0: any that is free
  /// Names that a request's Host may have, beside the address and the names of loopback: what is
  /// called from another name may be called by a stranger's page (DNS rebinding).
  std::vector<std::string> hosts{};
  /// Who shows it may give orders; empty: nobody may. At least 16 bytes.
  std::string token{};
  /// Open at once; a further one takes the place of the one that was idle for longest.
  std::size_t max_connections = 512;
  duration head_limit = std::chrono::seconds{10};  ///< for a request to come, once it has begun
  duration idle_limit = std::chrono::minutes{2};   ///< between requests
  duration send_limit = std::chrono::seconds{30};  ///< for an answer to be taken
};

}  // namespace holdfast
