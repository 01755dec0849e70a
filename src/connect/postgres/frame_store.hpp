#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <new>

namespace holdfast::postgres {

/// Memory for the frames of the tasks of one session, one upon the other, so that a statement takes
/// none from the heap. Where it is full, the heap serves. Not thread-safe: a session does one thing
/// at a time.
class frame_store {
 public:
  frame_store() = default;
  frame_store(frame_store const&) = delete;
  frame_store& operator=(frame_store const&) = delete;

  /// Throws bad_alloc.
  [[nodiscard]] static void* take(std::size_t size, frame_store* from) {
    std::size_t const whole = rounded_up(size + sizeof(header));
    bool const fits = from != nullptr && whole <= room - from->used_;
    void* const place = fits ? from->bytes_.data() + from->used_ : take_from_heap(whole);
    if (fits) {
      from->used_ += whole;
      ++from->frames_;
    }
    return new (place) header{fits ? from : nullptr} + 1;
  }

  static void give_back(void* frame, std::size_t size) noexcept {
    header* const place = static_cast<header*>(frame) - 1;
    frame_store* const from = place->from;
    if (from == nullptr) return give_to_heap(place);
    // Frames end in the reverse order of their beginning; where one does not, all of them are
    // waited for.
    std::size_t const whole = rounded_up(size + sizeof(header));
    void const* const last = from->bytes_.data() + (from->used_ - whole);
    if (last == place) from->used_ -= whole;
    if (--from->frames_ == 0) from->used_ = 0;
  }

 private:
  /// Stands before each frame.
  struct alignas(__STDCPP_DEFAULT_NEW_ALIGNMENT__) header {
    frame_store* from;  // null: the heap
  };
  [[nodiscard]] static void* take_from_heap(std::size_t size);
  static void give_to_heap(void* place) noexcept;

  static constexpr std::size_t room = 4096;
  static constexpr std::size_t rounded_up(std::size_t size) noexcept {
    return (size + alignof(header) - 1) / alignof(header) * alignof(header);
  }

  std::size_t used_ = 0;
  std::size_t frames_ = 0;
  alignas(header) std::array<std::byte, room> bytes_;
};

/// What has a store for frames.
template <class Owner>
concept has_frames = requires(Owner& owner) {
  { owner.frames() } -> std::same_as<frame_store&>;
};

/// For promises: the frame of a coroutine whose first argument, or whose object, has a store comes
/// from there.
class frame_allocation {
 public:
  template <class First, class... Rest>
    requires has_frames<First>
  static void* operator new(std::size_t size, First& first, Rest const&... /*rest*/) {
    return frame_store::take(size, &first.frames());
  }
  static void* operator new(std::size_t size) { return frame_store::take(size, nullptr); }
  static void operator delete(void* frame, std::size_t size) noexcept {
    frame_store::give_back(frame, size);
  }
};

}  // namespace holdfast::postgres
