#include "holdfast/base/failure.hpp"

#include "holdfast/base/enum_names.hpp"

namespace holdfast {

template <>
struct names_of<severity> {
  using enum severity;
  static constexpr std::array<named_value<severity>, 4> table{
      {{low, "low"}, {medium, "medium"}, {high, "high"}, {critical, "critical"}}};
};

template <>
struct names_of<fault> {
  using enum fault;
  static constexpr std::array<named_value<fault>, 4> table{
      {{dependency, "dependency"}, {caller, "caller"}, {local, "local"}, {nobody, "nobody"}}};
};

template <>
struct names_of<advice> {
  using enum advice;
  static constexpr std::array<named_value<advice>, 9> table{
      {{never, "never"},
       {now, "now"},
       {after_backoff, "after_backoff"},
       {after_wait, "after_wait"},
       {after_reconnect, "after_reconnect"},
       {after_reprepare, "after_reprepare"},
       {restart_transaction, "restart_transaction"},
       {if_idempotent, "if_idempotent"},
       {resolve_first, "resolve_first"}}};
};

template <>
struct names_of<poisoned> {
  using enum poisoned;
  static constexpr std::array<named_value<poisoned>, 3> table{
      {{nothing, "nothing"}, {transaction, "transaction"}, {connection, "connection"}}};
};

template <>
struct names_of<code_kind> {
  using enum code_kind;
  static constexpr std::array<named_value<code_kind>, 8> table{{{none, "none"},
                                                                {sqlstate, "sqlstate"},
                                                                {http, "http"},
                                                                {curl, "curl"},
                                                                {errno_code, "errno"},
                                                                {sqlite, "sqlite"},
                                                                {exit_code, "exit"},
                                                                {exception, "exception"}}};
};

template <>
struct names_of<phase> {
  using enum phase;
  static constexpr std::array<named_value<phase>, 3> table{
      {{not_sent, "not_sent"}, {sent, "sent"}, {awaiting_commit, "awaiting_commit"}}};
};

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
  std::string line;
  if (seen.code.kind != code_kind::none) {
    line.append(name_of(seen.code.kind)).append(" ").append(seen.code.value.view()).append(" ");
  }
  line.append("(").append(name_of(seen.category)).append(")");
  if (!seen.text.empty()) line.append(": ").append(seen.text.view());
  return line;
}

}  // namespace holdfast
