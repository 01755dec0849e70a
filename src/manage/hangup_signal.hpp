#pragma once

#include "wake_up.hpp"

#include <csignal>
#include <memory>

namespace holdfast {

/// Makes SIGHUP ring, for as long as it lives; what the signal did before is put back at its end.
/// One at a time in a process: a second one has no effect.
class hangup_signal {
 public:
  explicit hangup_signal(std::shared_ptr<wake_up const> bell);
  hangup_signal(hangup_signal const&) = delete;
  hangup_signal& operator=(hangup_signal const&) = delete;
  ~hangup_signal();

  /// Whether the signal has come since the last call; never for a second one.
  [[nodiscard]] bool has_come() const noexcept;

 private:
  std::shared_ptr<wake_up const> bell_;
  struct sigaction before_ {};
  bool is_set_ = false;
};

}  // namespace holdfast
