#pragma once

namespace holdfast::testing {

/// What happens at a system call that changes a disk.
enum class mishap {
  kill_before,  ///< SIGKILL instead of it
  kill_within,  ///< SIGKILL after it; of a write, after its first half
  full_disk,    ///< ENOSPC of every write from then on
  broken_disk,  ///< EIO, this time
};

/// Lets a mishap happen at the n-th call that this process makes from now on of write, pwrite,
/// fsync, fdatasync, ftruncate, rename and unlink. This program defines these functions itself, so
/// all of its libraries call them, SQLite too.
void let_happen(mishap what, int at_step);

}  // namespace holdfast::testing
