#pragma once

#include "holdfast/base/enum_names.hpp"
#include "holdfast/base/fixed_text.hpp"
#include "holdfast/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// What kind of thing went wrong.
enum class category {
  connection,      ///< no link, or the link broke
  timeout,         ///< no answer in time
  transient,       ///< passes by itself: overload, conflict, restart
  throttled,       ///< the dependency asks for less; it is up
  resource,        ///< disk, memory, handles, connections used up
  integrity,       ///< a constraint refused the data
  data,            ///< the data itself is malformed or out of range
  programming,     ///< the request is wrong and will stay wrong
  authentication,  ///< who are you?
  permission,      ///< you may not
  not_found,       ///< there is no such thing
  configuration,   ///< set up wrongly, here or there
  corruption,      ///< stored or sent bytes are damaged
  cancelled,       ///< the caller gave up
  rejected,        ///< a guard of ours refused the call
  in_doubt,        ///< it may or may not have happened
  unknown,         ///< nobody can tell
};

template <>
struct names_of<category> {
  using enum category;
  static constexpr std::array<named_value<category>, 17> table{{{connection, "connection"},
                                                                {timeout, "timeout"},
                                                                {transient, "transient"},
                                                                {throttled, "throttled"},
                                                                {resource, "resource"},
                                                                {integrity, "integrity"},
                                                                {data, "data"},
                                                                {programming, "programming"},
                                                                {authentication, "authentication"},
                                                                {permission, "permission"},
                                                                {not_found, "not_found"},
                                                                {configuration, "configuration"},
                                                                {corruption, "corruption"},
                                                                {cancelled, "cancelled"},
                                                                {rejected, "rejected"},
                                                                {in_doubt, "in_doubt"},
                                                                {unknown, "unknown"}}};
};

/// How loudly an operator should be told.
enum class severity { low, medium, high, critical };

/// Whose fault a failure is, and so what a circuit breaker makes of it.
enum class fault {
  dependency,  ///< counts against the breaker
  caller,      ///< proof of life: counts as a success
  local,       ///< our own bulkhead, limiter or breaker: not counted
  nobody,      ///< cancelled and the like: not counted
};

/// Whether and how it is safe to try again.
enum class advice {
  never,                ///< the same call will fail the same way
  now,                  ///< try again at once
  after_backoff,        ///< try again after a pause
  after_wait,           ///< the server said when (`retry_after`)
  after_reconnect,      ///< on a new connection
  after_reprepare,      ///< prepare the statement again, once
  restart_transaction,  ///< from BEGIN
  if_idempotent,        ///< only where a second run does no harm
  resolve_first,        ///< in doubt: find out what happened first
};

/// What must not be used any more after the failure.
enum class poisoned { nothing, transaction, connection };

/// Where a code comes from; the KIND of `holdfast explain KIND CODE`.
enum class code_kind {
  none,
  sqlstate,
  http,
  curl,
  errno_code,
  sqlite,
  exit_code,  ///< of a process, or the signal that ended it
  exception,
  getaddrinfo,
  redis,  ///< the first word of an error reply
  asio,   ///< of Asio's own categories
};

/// A code with its origin, for example {http, "503"} or {errno_code, "ECONNRESET"}.
struct failure_code {
  code_kind kind = code_kind::none;
  fixed_text<30> value;

  friend bool operator==(failure_code const&, failure_code const&) = default;
};

/// How far an attempt had come when it failed: with the code, what decides whether a second one is
/// safe.
enum class phase {
  not_sent,         ///< nothing has left: a second attempt can do no harm
  sent,             ///< the request may have been carried out
  awaiting_commit,  ///< COMMIT was sent, its answer was not seen
};

/// One failure: a value without heap, described by its properties instead of by a class.
/// Cost: 200 bytes; copying is a memcpy. Text is redacted and at most 120 bytes.
struct failure {
  holdfast::category category = holdfast::category::unknown;
  holdfast::severity severity = holdfast::severity::medium;
  holdfast::fault fault = holdfast::fault::dependency;
  holdfast::advice advice = holdfast::advice::if_idempotent;
  holdfast::poisoned poisoned = holdfast::poisoned::nothing;
  failure_code code{};
  fixed_text<120> text{};
  /// Whether the server itself decided about a retry: with `retry_after`, the next attempt is due
  /// exactly then and pauses start anew; without, there must be none.
  bool pushback = false;
  /// How long the server asked us to stay away; empty where it did not say.
  std::optional<duration> retry_after{};

  friend bool operator==(failure const&, failure const&) = default;
};

[[nodiscard]] std::string_view name_of(category value) noexcept;
[[nodiscard]] std::string_view name_of(severity value) noexcept;
[[nodiscard]] std::string_view name_of(fault value) noexcept;
[[nodiscard]] std::string_view name_of(advice value) noexcept;
[[nodiscard]] std::string_view name_of(poisoned value) noexcept;
[[nodiscard]] std::string_view name_of(code_kind value) noexcept;
[[nodiscard]] std::string_view name_of(phase value) noexcept;

/// A failure of which nothing but its category is known, with the fault and the advice that such a
/// one usually has.
[[nodiscard]] failure plain_failure(category kind) noexcept;

/// One line for people: "http 503 (transient): Service Unavailable". Controls are escaped.
[[nodiscard]] std::string describe(failure const& seen);

}  // namespace holdfast
