#include "holdfast/classify/idempotency_key.hpp"

#include "classify/ascii.hpp"

#include <algorithm>
#include <array>

namespace holdfast {
namespace {

constexpr std::array<std::string_view, 4> names{"idempotency-key", "x-idempotency-key",
                                                "idempotence-key", "paypal-request-id"};

bool is_blank(std::string_view value) {
  return value.find_first_not_of(" \t\"") == std::string_view::npos;
}

}  // namespace

bool is_idempotency_key(std::string_view name, std::string_view value) noexcept {
  return !is_blank(value) && std::ranges::any_of(names, [&](std::string_view known) {
    return classify_detail::equal_in_any_case(name, known);
  });
}

failure with_idempotency_key(failure seen) noexcept {
  if (seen.code == failure_code{code_kind::http, "409"}) {
    seen.category = category::transient;
    seen.advice = seen.retry_after ? advice::after_wait : advice::after_backoff;
  }
  if (seen.advice == advice::if_idempotent) {
    seen.advice = seen.retry_after ? advice::after_wait : advice::after_backoff;
  }
  return seen;
}

}  // namespace holdfast
