#pragma once

#include "holdfast/drive/operation.hpp"

#include <utility>

namespace holdfast {

/// Shared ownership of one operation in one pointer; what a guard holds.
class shared_operation {
 public:
  shared_operation() noexcept = default;
  explicit shared_operation(operation_options const& options);

  /// Another operation with the policies of `model`, and a name of its own, which is not checked.
  [[nodiscard]] static shared_operation like(shared_operation const& model,
                                             std::string const& name);

  shared_operation(shared_operation const& other) noexcept : held_{other.held_} {
    if (held_ != nullptr) held_->handles_.fetch_add(1, std::memory_order_relaxed);
  }
  shared_operation(shared_operation&& other) noexcept
      : held_{std::exchange(other.held_, nullptr)} {}
  shared_operation& operator=(shared_operation other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~shared_operation() {
    // The last handle must see everything that the others did before they let go.
    if (held_ != nullptr && held_->handles_.fetch_sub(1, std::memory_order_acq_rel) == 1) end();
  }

  /// Takes a handle where nobody gave one; false where the last one is gone already, and the
  /// operation is about to end. Whoever got true must `adopt` the handle.
  [[nodiscard]] static bool keep_alive(operation& known) noexcept {
    auto handles = known.handles_.load(std::memory_order_relaxed);
    while (handles != 0) {
      if (known.handles_.compare_exchange_weak(handles, handles + 1, std::memory_order_relaxed)) {
        return true;
      }
    }
    return false;
  }
  [[nodiscard]] static shared_operation adopt(operation& kept) noexcept {
    shared_operation handle;
    handle.held_ = &kept;
    return handle;
  }

  /// One more handle of an operation that somebody else holds meanwhile.
  [[nodiscard]] static shared_operation of(operation& held) noexcept {
    held.handles_.fetch_add(1, std::memory_order_relaxed);
    return adopt(held);
  }

  /// Whether nobody else holds one; it stays true where nobody can get at this one.
  [[nodiscard]] bool is_only_handle() const noexcept {
    return held_->handles_.load(std::memory_order_acquire) == 1;
  }

  [[nodiscard]] operation& operator*() const noexcept { return *held_; }
  [[nodiscard]] operation* operator->() const noexcept { return held_; }

 private:
  void end() noexcept;

  operation* held_ = nullptr;
};

}  // namespace holdfast
