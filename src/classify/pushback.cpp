#include "holdfast/classify/pushback.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>

namespace holdfast {
namespace {

std::optional<duration> milliseconds_in(std::string_view value) noexcept {
  std::int32_t read = 0;
  auto const* const last = value.data() + value.size();
  auto const [end, error] = std::from_chars(value.data(), last, read);
  if (error != std::errc{} || end != last || read < 0) return std::nullopt;
  return std::chrono::milliseconds{read};
}

}  // namespace

failure with_pushback(failure seen, std::string_view value) noexcept {
  seen.pushback = true;
  seen.retry_after = milliseconds_in(value);
  // For whoever reads the advice alone. What is in doubt stays so: it is not a definite no.
  bool const in_doubt = seen.advice == advice::resolve_first;
  if (!seen.retry_after && !in_doubt) seen.advice = advice::never;
  return seen;
}

}  // namespace holdfast
