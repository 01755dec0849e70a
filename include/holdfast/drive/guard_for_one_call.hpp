#pragma once

#include "holdfast/drive/call_options.hpp"
#include "holdfast/drive/operation.hpp"
#include "holdfast/drive/run_guarded.hpp"
#include "holdfast/drive/shared_operation.hpp"

#include <type_traits>
#include <utility>

namespace holdfast {

/// A guard with other options for one call; made by `guard::with` and `guard::within`, used at
/// once: it does not keep the guard alive.
class [[nodiscard]] guard_for_one_call {
 public:
  guard_for_one_call(operation& guarded, call_options options) noexcept
      : guarded_{guarded}, options_{options} {}

  /// Adds options to those of `within`.
  [[nodiscard]] guard_for_one_call with(call_options options) const noexcept {
    if (options.within == nullptr) options.within = options_.within;
    return {guarded_, options};
  }

  template <class Call, class... Rules>
  [[gnu::always_inline]] decltype(auto) operator()(Call&& call, Rules&&... rules) const {
    if constexpr (detail::returns_awaitable<std::decay_t<Call>>) {
      using driver = detail::coroutine_driver<detail::result_of<std::decay_t<Call>>>;
      return driver::run(shared_operation::of(guarded_), options_, std::forward<Call>(call),
                         std::forward<Rules>(rules)...);
    } else if constexpr (detail::accepts<Call, Rules...>()) {
      return detail::run_guarded(guarded_, &options_, call, rules...);
    }
  }

 private:
  operation& guarded_;
  call_options options_;
};

}  // namespace holdfast
