#pragma once

namespace holdfast {

/// Wakes a thread that waits in poll(2). Thread-safe, and `ring` also within a signal handler.
class wake_up {
 public:
  /// Throws system_error where there are no descriptors left.
  wake_up();
  wake_up(wake_up const&) = delete;
  wake_up& operator=(wake_up const&) = delete;
  ~wake_up();

  void ring() const noexcept;
  /// Makes it quiet again.
  void hear() const noexcept;

  /// Readable after a ring.
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace holdfast
