#include "holdfast/base/failure.hpp"

#include "holdfast/base/excerpt.hpp"
#include "holdfast/base/failure_names.hpp"

namespace holdfast {

std::string_view name_of(category value) noexcept { return enum_name(value); }
std::string_view name_of(severity value) noexcept { return enum_name(value); }
std::string_view name_of(fault value) noexcept { return enum_name(value); }
std::string_view name_of(advice value) noexcept { return enum_name(value); }
std::string_view name_of(poisoned value) noexcept { return enum_name(value); }
std::string_view name_of(code_kind value) noexcept { return enum_name(value); }
std::string_view name_of(phase value) noexcept { return enum_name(value); }

namespace {

fault fault_of(category kind) noexcept {
  switch (kind) {
    case category::integrity:
    case category::data:
    case category::programming:
    case category::permission:
    case category::not_found: return fault::caller;
    case category::cancelled: return fault::nobody;
    case category::rejected: return fault::local;
    default: return fault::dependency;
  }
}

advice advice_of(category kind) noexcept {
  switch (kind) {
    case category::connection:
    case category::timeout:
    case category::unknown: return advice::if_idempotent;
    case category::transient:
    case category::throttled:
    case category::resource: return advice::after_backoff;
    case category::in_doubt: return advice::resolve_first;
    default: return advice::never;
  }
}

}  // namespace

failure plain_failure(category kind) noexcept {
  return {.category = kind, .fault = fault_of(kind), .advice = advice_of(kind)};
}

std::string describe(failure const& seen) {
  constexpr std::size_t longest_text = 120;
  std::string line;
  if (seen.code.kind != code_kind::none) {
    line.append(name_of(seen.code.kind)).append(" ").append(seen.code.value.view()).append(" ");
  }
  line.append("(").append(name_of(seen.category)).append(")");
  if (!seen.text.empty()) line.append(": ").append(excerpt(seen.text.view(), longest_text));
  return line;
}

}  // namespace holdfast
