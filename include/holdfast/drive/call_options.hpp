#pragma once

#include "holdfast/base/time.hpp"
#include "holdfast/drive/stop_ref.hpp"

#include <optional>
#include <string_view>

namespace holdfast {

class attempt;
struct failure_context;
struct story;

/// What is different for one call; fields that are not given keep the guard's own options.
struct call_options {
  std::optional<int> max_attempts{};   ///< In place of the guard's; at least 1.
  instant deadline = never_reached;    ///< When the whole call must have ended.
  stop_ref stop{};                     ///< Ends a wait at once, and hands itself to the attempt.
  std::string_view correlation_id{};   ///< Names the call in events and to the attempt.
  holdfast::story* story = nullptr;    ///< Receives what happened; untouched by a plain success.
  failure_context* context = nullptr;  ///< Given empty; receives what is known of the failure.
  attempt const* within = nullptr;     ///< The attempt around this call; see `guard::within`.
};

}  // namespace holdfast
