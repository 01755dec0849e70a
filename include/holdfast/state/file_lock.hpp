#pragma once

#include "holdfast/base/expected.hpp"
#include "holdfast/base/failure.hpp"
#include "holdfast/base/time.hpp"

#include <string>
#include <utility>

namespace holdfast {

/// An exclusive lock (flock) on a file made for it, mode 0600, that stays when the lock is gone.
/// Excludes other processes and other threads; ends with its holder, also by SIGKILL.
class file_lock {
 public:
  /// Fails as transient where another holds it for longer than `timeout`.
  [[nodiscard]] static expected<file_lock, failure> take(std::string const& path, duration timeout);

  file_lock(file_lock&& other) noexcept : file_{std::exchange(other.file_, -1)} {}
  file_lock& operator=(file_lock&& other) noexcept;
  ~file_lock();

 private:
  explicit file_lock(int file) noexcept : file_{file} {}

  int file_;
};

}  // namespace holdfast
