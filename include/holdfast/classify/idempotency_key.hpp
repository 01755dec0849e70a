#pragma once

#include "holdfast/base/failure.hpp"

#include <string_view>

namespace holdfast {

/// Whether a request header makes a second request with the same value do no harm: Idempotency-Key
/// and the names that vendors gave it before (X-Idempotency-Key, Idempotence-Key,
/// PayPal-Request-Id), in any case, with a value that is not empty. X-Request-Id is none: it only
/// names a request.
///
/// The trap: the key helps where the server honours it, which only its documentation tells.
/// Source: draft-ietf-httpapi-idempotency-key-header.
[[nodiscard]] bool is_idempotency_key(std::string_view name, std::string_view value) noexcept;

/// A failure of a request that carried such a key: what was withheld for fear of a second run may
/// be repeated, and 409 says that the first request is still being carried out, so ask again later.
/// Other failures stay as they are; 422 says that the key was used for another request.
[[nodiscard]] failure with_idempotency_key(failure seen) noexcept;

}  // namespace holdfast
