#include "holdfast/drive/call_context.hpp"

#include "holdfast/core/deadline.hpp"
#include "holdfast/drive/call_options.hpp"
#include "holdfast/drive/operation.hpp"
#include "holdfast/drive/thread_block.hpp"

#include <algorithm>

namespace holdfast {

operation_options const& call_context::policies() const noexcept {
  return guarded->live() == nullptr ? guarded->first_policies() : *version->options;
}

instant call_context::given_deadline() const noexcept {
  instant const own = options() == nullptr ? never_reached : options()->deadline;
  call_context const* const outer = parent();
  return outer == nullptr ? own : std::min(own, outer->deadline());
}

instant call_context::call_deadline() const noexcept {
  duration const total = policies().total_timeout.limit;
  if (is_off(total)) return given_deadline();
  return std::min(given_deadline(), later(instant_of_tick(call_started), total));
}

instant call_context::deadline() const noexcept {
  return core::attempt_deadline(instant_of_tick(attempt_started()),
                                policies().attempt_timeout.limit, call_deadline());
}

call_context const* call_context::parent() const noexcept {
  return detail == nullptr ? nullptr : detail->within;
}

// What the caller of an outer guard gave reaches the calls inside it.
std::stop_token call_context::stop() const noexcept {
  if (options() != nullptr && options()->stop.stop_possible()) return options()->stop.token();
  call_context const* const outer = parent();
  return outer == nullptr ? std::stop_token{} : outer->stop();
}

failure_context* call_context::context() const noexcept {
  return options() == nullptr ? nullptr : options()->context;
}

std::string_view call_context::correlation_id() const noexcept {
  if (options() != nullptr && !options()->correlation_id.empty()) return options()->correlation_id;
  call_context const* const outer = parent();
  return outer == nullptr ? std::string_view{} : outer->correlation_id();
}

}  // namespace holdfast
