#include "holdfast/state/file_lock.hpp"

#include "holdfast/base/units.hpp"
#include "holdfast/state/file_failure.hpp"

#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace holdfast {
namespace {

constexpr mode_t owner_only = 0600;
constexpr duration between_looks = std::chrono::milliseconds{5};

failure held_by_another(std::string const& path, duration timeout) {
  failure seen = plain_failure(category::transient);
  seen.text = std::string_view{"another process holds it for " + to_text(timeout) +
                               "; is it stopped? " + path};
  return seen;
}

}  // namespace

// flock can wait, but not for a set time; a writer holds the lock for milliseconds.
expected<file_lock, failure> file_lock::take(std::string const& path, duration timeout) {
  int const number = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, owner_only);
  if (number < 0) return unexpected{file_failure(errno, "open", path)};
  file_lock lock{number};
  auto const start = std::chrono::steady_clock::now();
  while (::flock(number, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return unexpected{file_failure(errno, "lock", path)};
    }
    if (elapsed(start, std::chrono::steady_clock::now()) >= timeout) {
      return unexpected{held_by_another(path, timeout)};
    }
    std::this_thread::sleep_for(between_looks);
  }
  return lock;
}

file_lock& file_lock::operator=(file_lock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

// Unlocked and not only closed: a child that was forked meanwhile shares the lock.
file_lock::~file_lock() {
  if (file_ < 0) return;
  ::flock(file_, LOCK_UN);
  ::close(file_);
}

}  // namespace holdfast
