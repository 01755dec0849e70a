#include "disk_steps.hpp"

#include <cerrno>
#include <csignal>
#include <cstddef>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace holdfast::testing {
namespace {

struct plan {
  mishap what{};
  int steps_left = 0;  ///< 0: nothing will happen
};

plan& the_plan() {
  static plan of_this_process;
  return of_this_process;
}

void end_here() { ::kill(::getpid(), SIGKILL); }

/// Makes a call, or what is planned for it. `call(whole)` does it, of a write half where not whole.
template <class Call>
long step(bool is_write, Call call) {
  plan& next = the_plan();
  bool const is_now = next.steps_left == 1;
  if (next.steps_left > 0) --next.steps_left;
  if (!is_now) return call(true);
  switch (next.what) {
    case mishap::kill_before: end_here(); break;
    case mishap::kill_within:
      call(false);
      end_here();
      break;
    case mishap::full_disk:
      next.steps_left = 1;
      if (!is_write) return call(true);
      errno = ENOSPC;
      return -1;
    case mishap::broken_disk: errno = EIO; return -1;
  }
  return -1;
}

long write_step(int file, void const* bytes, std::size_t size) {
  return step(
      true, [&](bool whole) { return ::syscall(SYS_write, file, bytes, whole ? size : size / 2); });
}

long pwrite_step(int file, void const* bytes, std::size_t size, off64_t at) {
  return step(true, [&](bool whole) {
    return ::syscall(SYS_pwrite64, file, bytes, whole ? size : size / 2, at);
  });
}

int truncate_step(int file, off64_t size) {
  return static_cast<int>(step(true, [&](bool) { return ::syscall(SYS_ftruncate, file, size); }));
}

}  // namespace

void let_happen(mishap what, int at_step) { the_plan() = {what, at_step}; }

}  // namespace holdfast::testing

extern "C" {

using namespace holdfast::testing;

ssize_t write(int file, void const* bytes, std::size_t size) {
  return write_step(file, bytes, size);
}
ssize_t pwrite(int file, void const* bytes, std::size_t size, off_t at) {
  return pwrite_step(file, bytes, size, at);
}
ssize_t pwrite64(int file, void const* bytes, std::size_t size, off64_t at) {
  return pwrite_step(file, bytes, size, at);
}
int ftruncate(int file, off_t size) noexcept { return truncate_step(file, size); }
int ftruncate64(int file, off64_t size) noexcept { return truncate_step(file, size); }
int fsync(int file) {
  return static_cast<int>(step(false, [&](bool) { return ::syscall(SYS_fsync, file); }));
}
int fdatasync(int file) {
  return static_cast<int>(step(false, [&](bool) { return ::syscall(SYS_fdatasync, file); }));
}
int rename(char const* from, char const* to) noexcept {
  return static_cast<int>(
      step(false, [&](bool) { return ::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0); }));
}
int unlink(char const* path) noexcept {
  return static_cast<int>(
      step(false, [&](bool) { return ::syscall(SYS_unlinkat, AT_FDCWD, path, 0); }));
}
}
