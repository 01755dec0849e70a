#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace holdfast {

/// Notices that a file has changed: written in place, replaced by another (as editors do), or
/// reached through a link that was replaced (as orchestrators of containers do). Watches the
/// folder, since a file that is replaced takes its watch with it, and compares what lies there.
/// Used by one thread.
class file_watch {
 public:
  /// Where the folder can't be watched, `descriptor` is -1 and only `has_changed` looks.
  explicit file_watch(std::string path);
  file_watch(file_watch const&) = delete;
  file_watch& operator=(file_watch const&) = delete;
  ~file_watch();

  /// Readable when something has happened in the folder; for poll(2).
  [[nodiscard]] int descriptor() const noexcept { return watched_; }

  /// Whether the file is another one, or of another size or time, than at the last call.
  [[nodiscard]] bool has_changed();

 private:
  struct identity {
    dev_t device = 0;
    ino_t file = 0;
    off_t size = 0;
    std::int64_t changed_at = 0;  ///< in nanoseconds

    friend bool operator==(identity const&, identity const&) = default;
  };
  [[nodiscard]] identity look() const noexcept;
  void drain() const noexcept;

  std::string path_;
  int watched_ = -1;
  identity last_;
};

}  // namespace holdfast
