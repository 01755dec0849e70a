#pragma once

#include <string_view>

namespace holdfast::postgres {

/// What a server said beside its answers: a NOTICE, a WARNING. Valid during the call of the
/// listener alone. Texts are redacted.
struct notice {
  std::string_view severity;  ///< "NOTICE", "WARNING", "INFO", "LOG", "DEBUG"; never translated
  std::string_view sqlstate;
  std::string_view message;
  std::string_view detail;
};

}  // namespace holdfast::postgres
