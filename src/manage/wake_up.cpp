#include "wake_up.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

namespace holdfast {

wake_up::wake_up() : descriptor_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
  if (descriptor_ < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
}

wake_up::~wake_up() { ::close(descriptor_); }

void wake_up::ring() const noexcept {
  int const before = errno;  // a signal handler leaves no trace
  std::uint64_t const one = 1;
  [[maybe_unused]] auto const written = ::write(descriptor_, &one, sizeof one);
  errno = before;
}

void wake_up::hear() const noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] auto const read = ::read(descriptor_, &count, sizeof count);
}

}  // namespace holdfast
