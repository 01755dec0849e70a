#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/base/units.hpp"

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace holdfast {

/// Sends these bytes.
struct send_bytes {
  std::string bytes;
};

/// Sends nothing for a while; ends early if the client leaves.
struct keep_silent {
  duration time;
};

/// Sends these bytes a few at a time.
struct drip_bytes {
  std::string bytes;
  std::size_t at_once;
  duration apart;
};

/// Sends these bytes over and over until so much was sent.
struct flood_bytes {
  std::string bytes;
  byte_count total;
};

using exchange_step = std::variant<send_bytes, keep_silent, drip_bytes, flood_bytes>;

/// What becomes of the connection after an exchange.
enum class exchange_end {
  keep,   ///< the next request may come
  close,  ///< closed in good order
  reset,  ///< torn down with RST
};

/// All that is done in answer to one request: the wait, the steps, the end.
struct exchange {
  std::vector<exchange_step> steps;
  exchange_end end = exchange_end::keep;
  duration wait{};
};

}  // namespace holdfast
