#pragma once

#include "holdfast/core/event.hpp"

#include <concepts>
#include <functional>
#include <memory>
#include <utility>

namespace holdfast::detail {

/// A callable that takes events, as a sink.
template <class Listener>
class listening final : public event_sink {
 public:
  explicit listening(Listener&& given) : call_{std::move(given)} {}
  void on_event(event const& what) override { std::invoke(call_, what); }

 private:
  Listener call_;
};

/// The sink of a listener; where it can't be one, the compiler says why in its first line.
template <class Listener>
[[nodiscard]] std::shared_ptr<event_sink> sink_of(Listener listener) {
  constexpr bool fits = std::invocable<Listener&, event const&>;
  static_assert(fits, "a listener takes a holdfast::event const&");
  if constexpr (fits) {
    return std::make_shared<listening<Listener>>(std::move(listener));
  } else {
    return nullptr;
  }
}

}  // namespace holdfast::detail
