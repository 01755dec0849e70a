#include "holdfast/drive/call_context.hpp"

#include "drive/call_policies.hpp"
#include "holdfast/core/deadline.hpp"
#include "holdfast/drive/call_options.hpp"
#include "holdfast/drive/operation.hpp"
#include "holdfast/drive/thread_block.hpp"

#include <algorithm>

namespace holdfast {
namespace {

[[nodiscard]] instant end_of(call_context const& call, operation_options const& policies) noexcept {
  duration const total = policies.total_timeout.limit;
  if (is_off(total)) return call.given_deadline();
  return std::min(call.given_deadline(), later(instant_of_tick(call.call_started), total));
}

}  // namespace

operation_options const& call_context::policies() const noexcept { return policies_of(*this); }

instant call_context::given_deadline() const noexcept {
  instant const own = options() == nullptr ? never_reached : options()->deadline;
  call_context const* const outer = parent();
  return outer == nullptr ? own : std::min(own, outer->deadline());
}

instant call_context::call_deadline() const noexcept { return end_of(*this, policies_of(*this)); }

instant call_context::deadline() const noexcept {
  operation_options const& mine = policies_of(*this);
  return core::attempt_deadline(instant_of_tick(attempt_started()), mine.attempt_timeout.limit,
                                end_of(*this, mine));
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
