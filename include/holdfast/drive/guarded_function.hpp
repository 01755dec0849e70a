#pragma once

#include "holdfast/drive/guard.hpp"
#include "holdfast/drive/wrapped.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace holdfast {

template <class Signature>
class guarded_function;

/// A guarded callable whose own type is hidden: for members, interfaces and tables of callbacks.
///
///     holdfast::guarded_function<row(int)> load{lookup, [db](int id) { return db->load(id); }};
///
/// Moves, does not copy, so what only moves can be in it. As with std::function, calling it is
/// const whatever the callable is; thread-safe as far as the callable is. One that was moved from,
/// or given none, throws std::bad_function_call.
///
/// Cost above the guard itself: one call through a pointer, and the compiler can't inline the
/// callable; 64 bytes, and the heap only for what captures more than about four pointers. A
/// `std::function` that takes `guard.wrap(f)` works as well and copies. Where the guard is known
/// and the callable changes from call to call, `guard([&] { return hidden(x); })` needs neither.
template <class Result, class... Arguments>
class guarded_function<Result(Arguments...)> {
 public:
  guarded_function() noexcept = default;

  /// As `by.wrap(callable, rules...)`.
  template <class Callable, class... Rules>
  guarded_function(guard const& by, Callable&& callable, Rules&&... rules)
      : guarded_function{by.wrap(std::forward<Callable>(callable), std::forward<Rules>(rules)...)} {
  }

  template <class Callable, class... Rules>
  guarded_function(wrapped<Callable, Rules...> call) {
    using held = wrapped<Callable, Rules...>;
    if constexpr (fits<held>) {
      ::new (static_cast<void*>(room_.data())) held{std::move(call)};
      invoke_ = [](std::byte* held_at, Arguments&&... arguments) -> Result {
        return invoke<held>(*inside<held>(held_at), arguments...);
      };
      manage_ = &manage_inside<held>;
    } else {
      ::new (static_cast<void*>(room_.data())) held* {new held{std::move(call)}};
      invoke_ = [](std::byte* held_at, Arguments&&... arguments) -> Result {
        return invoke<held>(**inside<held*>(held_at), arguments...);
      };
      manage_ = &manage_outside<held>;
    }
  }

  guarded_function(guarded_function&& other) noexcept { take(other); }
  guarded_function& operator=(guarded_function&& other) noexcept {
    if (this == &other) return *this;
    manage_(room_.data(), nullptr);
    take(other);
    return *this;
  }
  ~guarded_function() { manage_(room_.data(), nullptr); }

  Result operator()(Arguments... arguments) const {
    return invoke_(room_.data(), std::forward<Arguments>(arguments)...);
  }

  /// Whether there is something to call.
  [[nodiscard]] explicit operator bool() const noexcept { return invoke_ != &missing; }

 private:
  static constexpr std::size_t room = 6 * sizeof(void*);
  static constexpr std::size_t most_aligned = alignof(std::max_align_t);

  template <class Held>
  static constexpr bool fits = sizeof(Held) <= room && most_aligned % alignof(Held) == 0 &&
                               std::is_nothrow_move_constructible_v<Held>;

  template <class Held>
  static Held* inside(std::byte* place) noexcept {
    return std::launder(reinterpret_cast<Held*>(place));
  }

  template <class Held>
  static Result invoke(Held& held, std::remove_reference_t<Arguments>&... arguments) {
    if constexpr (std::is_void_v<Result>) {
      held(std::forward<Arguments>(arguments)...);
    } else {
      return held(std::forward<Arguments>(arguments)...);
    }
  }

  static Result missing(std::byte* /*empty*/, Arguments&&... /*unused*/) {
    throw std::bad_function_call{};
  }

  /// Moves what is in `from` to `to`, or ends it where there is no `to`.
  using manager = void (*)(std::byte* from, std::byte* to) noexcept;
  static void manage_nothing(std::byte* /*from*/, std::byte* /*to*/) noexcept {}
  template <class Held>
  static void manage_inside(std::byte* from, std::byte* to) noexcept {
    Held* const held = inside<Held>(from);
    if (to != nullptr) ::new (static_cast<void*>(to)) Held{std::move(*held)};
    held->~Held();
  }
  template <class Held>
  static void manage_outside(std::byte* from, std::byte* to) noexcept {
    Held* const held = *inside<Held*>(from);
    if (to != nullptr) {
      ::new (static_cast<void*>(to)) Held* {held};
    } else {
      delete held;
    }
  }

  void take(guarded_function& other) noexcept {
    other.manage_(other.room_.data(), room_.data());
    invoke_ = std::exchange(other.invoke_, &missing);
    manage_ = std::exchange(other.manage_, &manage_nothing);
  }

  alignas(most_aligned) mutable std::array<std::byte, room> room_;
  Result (*invoke_)(std::byte*, Arguments&&...) = &missing;
  manager manage_ = &manage_nothing;
};

}  // namespace holdfast
