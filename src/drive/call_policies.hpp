#pragma once

#include "holdfast/drive/call_context.hpp"
#include "holdfast/drive/operation.hpp"

namespace holdfast {

/// call_context::policies, inline for what runs often.
[[nodiscard]] inline operation_options const& policies_of(call_context const& call) noexcept {
  return call.guarded->live() == nullptr ? call.guarded->first_policies() : *call.version->options;
}

}  // namespace holdfast
