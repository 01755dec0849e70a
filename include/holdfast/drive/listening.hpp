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
  listening(Listener&& given, event_interest wanted) : call_{std::move(given)}, interest_{wanted} {}
  void on_event(event const& what) override { std::invoke(call_, what); }
  [[nodiscard]] event_interest interest() const noexcept override { return interest_; }

 private:
  Listener call_;
  event_interest interest_;
};

/// The sink of a listener; where it can't be one, the compiler says why in its first line.
template <class Listener>
[[nodiscard]] std::shared_ptr<event_sink> sink_of(Listener listener, event_interest wanted) {
  constexpr bool fits = std::invocable<Listener&, event const&>;
  static_assert(fits, "a listener takes a holdfast::event const&");
  if constexpr (fits) {
    return std::make_shared<listening<Listener>>(std::move(listener), wanted);
  } else {
    return nullptr;
  }
}

}  // namespace holdfast::detail
