#pragma once

#include <string>
#include <vector>

namespace holdfast::cli {

/// The arguments of the program for itself alone: what others see of them (ps, /proc/PID/cmdline)
/// has no secrets any more. Between the start of the process and this, it had.
class private_arguments {
 public:
  /// Overwrites the secrets in `argv`.
  private_arguments(int argc, char** argv);
  private_arguments(private_arguments const&) = delete;
  private_arguments& operator=(private_arguments const&) = delete;
  ~private_arguments() = default;

  [[nodiscard]] int count() const noexcept { return static_cast<int>(texts_.size()); }
  /// As they were given.
  [[nodiscard]] char** values() noexcept { return pointers_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

}  // namespace holdfast::cli
